/** `diff` as people and scripts run it: the meaning of its exit code, the data that it reads, and its output. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DiffReport, DiffReportSchema } from '../../src/report/diff-schema.js';
import { ErrorReportSchema } from '../../src/report/schema.js';
import { setName } from '../../src/words/shard-names.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import { type Outcome, run } from './run.js';
import { folderWithProgram, runLine } from './transcript.js';

const valid = (name: string) => join(FIXTURES_FOLDER, 'valid', `${name}.gguf`);
const [BEFORE, AFTER] = [valid('diff-before'), valid('diff-after')];

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file in a separate folder that is removed after the tests. */
function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function reportOf({ stdout }: Outcome): DiffReport {
  return DiffReportSchema.parse(JSON.parse(stdout));
}

describe('the exit code', () => {
  it('is 0 where files are equal', () => {
    expect(run(['diff', BEFORE, BEFORE])).toMatchObject({ code: 0, stderr: '' });
    expect(run(['diff', valid('version-2'), valid('version-2'), '--data', '--json'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('is 1 where they differ', () => {
    expect(run(['diff', BEFORE, AFTER])).toMatchObject({ code: 1, stderr: '' });
    expect(run(['diff', valid('version-2'), valid('version-3'), '--json'])).toMatchObject({ code: 1, stderr: '' });
  });

  it.each([
    { args: ['no-such-file.gguf', AFTER], says: 'no-such-file.gguf: there is no such file' },
    { args: [BEFORE, 'no-such-file.gguf'], says: 'no-such-file.gguf: there is no such file' },
    { args: ['-', '-'], says: 'standard input can be one of the two' },
    { args: [BEFORE, '-'], says: '-: ' },
    { args: [BEFORE], says: 'diff takes BEFORE AFTER: AFTER is missing' },
    { args: [BEFORE, AFTER, '--json', '--format', 'text'], says: 'cannot be used together with' },
    { args: [BEFORE, AFTER, '--format', 'html'], says: 'is not one of text, markdown, json' },
  ])('is 2 where one cannot be read, and the error names it: $says', ({ args, says }) => {
    const { code, stdout, stderr } = run(['diff', ...args]);
    expect({ code, stdout: args.includes('--json') ? '' : stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('is 2 for every broken fixture on either side, with its name in the error', () => {
    const paths = ggufFilesIn(join(FIXTURES_FOLDER, 'broken'));
    const sides = paths.flatMap((path) => [
      { path, args: ['diff', path, BEFORE, '--json'] },
      { path, args: ['diff', BEFORE, path, '--json'] },
    ]);
    for (const [i, { code, stdout }] of runAll(sides).entries()) {
      expect(code).toBe(2);
      expect(ErrorReportSchema.parse(JSON.parse(stdout)).error.target).toBe(sides[i]?.path);
    }
  });
});

describe('every fixture', () => {
  it('equals its copy byte for byte, and can be compared with a model', () => {
    const all = ['valid', 'flawed'].flatMap((name) => ggufFilesIn(join(FIXTURES_FOLDER, name)));
    // A copy of a shard under another name is not part of a set.
    const paths = all.filter((path) => setName(basename(path)) === null);
    const copies = paths.map((path, i) => {
      copyFileSync(path, join(folder, `${i}.gguf`));
      return join(folder, `${i}.gguf`);
    });
    const outcomes = runAll(
      paths.map((path, i) => ({ args: ['diff', path, copies[i] as string, '--data', '--json'] })),
    );
    for (const [i, outcome] of outcomes.entries()) {
      expect(outcome, paths[i]).toMatchObject({ code: 0, stderr: '' });
      expect(reportOf(outcome), paths[i]).toMatchObject({ equal: true, sameBytes: 'file' });
    }
    const pages = runAll(paths.map((path) => ({ args: ['diff', path, BEFORE, '--data'] })));
    expect(pages.filter(({ code, stderr }) => code === 2 || stderr !== '')).toEqual([]);
  });
});

describe('the data that is read', () => {
  const json = (args: readonly string[], input?: Uint8Array) =>
    reportOf(run(['diff', ...args, '--json'], input === undefined ? {} : { input }));
  const withoutSides = ({ before: _, after: __, sameBytes: ___, ...rest }: DiffReport) => rest;

  it.each([{ options: [] }, { options: ['--data'] }])(
    'is the same from standard input, with $options',
    ({ options }) => {
      const fromFiles = withoutSides(json([BEFORE, AFTER, ...options]));
      expect(withoutSides(json(['-', AFTER, ...options], readFileSync(BEFORE)))).toEqual(fromFiles);
      expect(withoutSides(json([BEFORE, '-', ...options], readFileSync(AFTER)))).toEqual(fromFiles);
    },
  );

  it('is equal from standard input too', () => {
    const large = written('large.gguf', large3(0));
    expect(json([large, '-', '--data'], large3(0))).toMatchObject({
      equal: true,
      sameBytes: 'header',
      data: { changed: 0 },
    });
    expect(json([large, '-', '--data'], large3(1))).toMatchObject({ equal: false, data: { compared: 3, changed: 1 } });
  });

  /** Three tensors of more than a piece each; `change` is added to the last byte of the second one. */
  function large3(change: number): Uint8Array {
    const data = [1, 2, 3].map((seed) => new Uint8Array(4 * 400_000).fill(seed));
    data[1]![4 * 400_000 - 1]! += change;
    return writeGguf({ tensors: data.map((bytes, i) => ({ ...tensor(`t${i}`, [400_000]), data: bytes })) });
  }

  it('begins at the first difference where the files have the same header', () => {
    const [before, after] = [written('a.gguf', large3(0)), written('b.gguf', large3(1))];
    expect(json([before, after])).toMatchObject({ equal: true, sameBytes: 'header', data: null });
    const report = json([before, after, '--data']);
    expect(report).toMatchObject({ equal: false, sameBytes: 'header', data: { compared: 3, changed: 1 } });
    expect(report.tensors).toMatchObject([{ change: 'content', names: ['t1'] }]);
  });

  it.skipIf(process.platform === 'win32')('is nothing where both names lead to one file', () => {
    const link = join(folder, 'link.gguf');
    symlinkSync(BEFORE, link);
    expect(json([BEFORE, link])).toMatchObject({ equal: true, sameBytes: 'file', data: null });
  });

  it.skipIf(process.platform === 'win32')('may come from two pipes', async () => {
    const programFolder = folderWithProgram();
    const line = `bash -c 'gguf-explain diff <(cat ${BEFORE}) <(cat ${AFTER}) --data --json'`;
    const { stdout } = await runLine(line, programFolder);
    rmSync(programFolder, { recursive: true });
    expect(withoutSides(DiffReportSchema.parse(JSON.parse(stdout)))).toEqual(
      withoutSides(json([BEFORE, AFTER, '--data'])),
    );
  });

  it('includes everything but the ignored keys', () => {
    const before = written('before.gguf', writeGguf({ metadata: [text('general.name', 'a'), text('x', 'a')] }));
    const after = written('after.gguf', writeGguf({ metadata: [text('general.name', 'b'), text('x', 'a')] }));
    expect(run(['diff', before, after]).code).toBe(1);
    expect(run(['diff', before, after, '--ignore', 'y, general.*']).code).toBe(0);
    expect(json([before, after, '--ignore', 'x']).ignored).toEqual(['x']);
  });
});

describe('the output', () => {
  it('is the same JSON for both ways to request it', () => {
    const args = ['diff', BEFORE, AFTER, '--data'];
    expect(run([...args, '--format', 'json'])).toEqual(run([...args, '--json']));
  });

  it('has no characters that a terminal acts on', () => {
    for (const format of ['text', 'markdown', 'json']) {
      const { stdout } = run(['diff', valid('hostile-text'), valid('version-3'), '--format', format]);
      expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/);
    }
  });

  it('summarizes the changes of a large vocabulary', () => {
    const words = (change: number) => Array.from({ length: 50_000 }, (_, i) => (i === change ? 'new' : `word ${i}`));
    const file = (name: string, change: number) =>
      written(
        name,
        writeGguf({
          metadata: [
            { key: 'tokenizer.ggml.tokens', type: 'array', value: { itemType: 'string', items: words(change) } },
          ],
        }),
      );
    const { stdout } = run(['diff', file('c.gguf', -1), file('d.gguf', 49_998)]);
    expect(stdout).toContain('tokenizer.ggml.tokens  50,000 items, 1 differs\n     [49,998] "word 49998" → "new"\n');
  });
});

describe.skipIf(ggufFilesIn(join(SHARED_FOLDER, 'gguf', 'tiny-stories')).length === 0)(
  'a model in three formats (needs ../shared)',
  () => {
    const tiny = (type: string) => join(SHARED_FOLDER, 'gguf', 'tiny-stories', `tiny-stories-${type}.gguf`);

    it('differs in its label and in the types of its matrices', () => {
      const report = reportOf(run(['diff', tiny('F16'), tiny('Q8_0'), '--data', '--json']));
      expect(report.metadata).toMatchObject([
        { key: 'general.file_type', before: { value: 1, label: 'F16' }, after: { value: 7, label: 'Q8_0' } },
      ]);
      expect(report.summary.tensors).toEqual({ added: 0, removed: 0, retyped: 16, reshaped: 0, content: 0, alike: 5 });
      expect(report.tensors.every(({ change }) => change === 'retyped')).toBe(true);
      expect(report.summary.bytes).toBe(report.after.bytes - report.before.bytes);
    });

    it('is equal to the bundled one in Q4_K_M', () => {
      const bundled = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
      expect(run(['diff', bundled, tiny('Q4_K_M'), '--data'])).toMatchObject({ code: 0 });
    });
  },
);
