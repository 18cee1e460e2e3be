/** Every fixture keeps the promise of its folder and its name, and the files on disk match the descriptions. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_FINDINGS } from '../../src/checks/registry.js';
import { ALL_FINDINGS, type FindingCode } from '../../src/policy/all-findings.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { LOOKALIKE_FILES } from '../support/fixtures/lookalikes.js';
import { fixtureFiles } from '../support/fixtures/readme.js';
import { FIXTURES_FOLDER, ggufFilesIn, WRITTEN_FOLDERS } from '../support/places.js';
import { codesOf, errorOf, formatFindings, outcomeOf, read, readStream } from '../support/reading.js';

const inFolder = (folder: string) => FIXTURES.filter((fixture) => fixture.folder === folder);
const aboutFormat = (codes: readonly FindingCode[]) =>
  codes.filter((code) => ALL_FINDINGS.get(code)?.group === 'format').sort();

describe('the folder', () => {
  const wanted = fixtureFiles(FIXTURES);

  it('holds the files that write-fixtures.ts writes', () => {
    const wrong = [...wanted].filter(([path, bytes]) => {
      const place = join(FIXTURES_FOLDER, path);
      return !existsSync(place) || !readFileSync(place).equals(bytes);
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it('holds nothing else', () => {
    const present = WRITTEN_FOLDERS.flatMap((folder) =>
      readdirSync(join(FIXTURES_FOLDER, folder)).map((name) => `${folder}/${name}`),
    );
    expect(present.filter((path) => !wanted.has(path))).toEqual([]);
  });

  it('is listed in its page, file by file', () => {
    const page = readFileSync(join(FIXTURES_FOLDER, 'README.md'), 'utf8');
    expect(FIXTURES.filter(({ name }) => !page.includes(`\n| \`${name}\` |`)).map(({ name }) => name)).toEqual([]);
    for (const path of ggufFilesIn(FIXTURES_FOLDER)) expect(page).toContain(path.slice(FIXTURES_FOLDER.length + 1));
  });

  it('stays below two megabytes', () => {
    expect(FIXTURES.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(2_000_000);
  });

  it('has a broken file for each error and a flawed one for each finding', () => {
    const errors = new Set(inFolder('broken').map(({ error }) => error));
    expect([...errors].sort()).toEqual([
      'count-too-large',
      'empty-file',
      'length-too-large',
      'nesting-too-deep',
      'not-gguf',
      'number-too-large',
      'too-many-dimensions',
      'truncated',
      'unknown-value-type',
      'unsupported-version',
    ]);
    const findings = new Set(inFolder('flawed').map(({ findings }) => findings[0]));
    const codes = CHECK_FINDINGS.map(({ code }) => code);
    expect([...findings].sort()).toEqual(codes.sort());
  });
});

describe('valid', () => {
  it.each(inFolder('valid'))('$name', ({ bytes, findings }) => {
    expect(codesOf(read(bytes))).toEqual(aboutFormat(findings));
    expect(findings.filter((code) => ALL_FINDINGS.get(code)?.level === 'error')).toEqual([]);
  });
});

describe('flawed', () => {
  it.each(inFolder('flawed'))('$name', ({ bytes, findings, around }) => {
    expect(codesOf(read(bytes), around)).toEqual(aboutFormat(findings));
  });

  it('report the place of each finding', () => {
    const placeless = inFolder('flawed').filter(({ bytes }) =>
      formatFindings(read(bytes)).some(({ place }) => !(place.offset! >= 0 && place.offset! <= bytes.length)),
    );
    expect(placeless.map(({ name }) => name)).toEqual([]);
  });
});

describe('broken', () => {
  it.each(inFolder('broken'))('$name', async ({ bytes, error, errorOfStream }) => {
    const fromMemory = errorOf(() => read(bytes));
    expect(fromMemory.code).toBe(error);
    expect(fromMemory.offset).toBeGreaterThanOrEqual(0);
    expect(fromMemory.offset).toBeLessThanOrEqual(bytes.length);
    expect(fromMemory.message).toContain(fromMemory.found);
    expect(await outcomeOf(readStream(bytes, 64))).toMatchObject({ code: errorOfStream });
  });
});

describe('a file that is not GGUF', () => {
  it.each(LOOKALIKE_FILES)('$what is recognized', ({ bytes, named }) => {
    expect(errorOf(() => read(bytes)).found).toContain(named);
  });

  it('gets advice where the kind of file is known', () => {
    const adviceless = LOOKALIKE_FILES.filter(({ bytes }) => errorOf(() => read(bytes)).hint === undefined);
    expect(adviceless.map(({ what }) => what)).toEqual(['one-letter-off', 'other-bytes', 'one-byte']);
  });
});
