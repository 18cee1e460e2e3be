/** A model that is split into files: naming any of them means the whole set, and faults of the set are reported. */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../src/open/open-model.js';
import type { CheckReport } from '../../src/report/check-schema.js';
import { type ExplainReport, ExplainReportSchema } from '../../src/report/explain-schema.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { run } from './run.js';

const WHOLE = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-shards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = [1, 2, 3].map((number) => `tiny-0000${number}-of-00003.gguf`);
const shards: Buffer[] = [];

beforeAll(async () => {
  const split = await splitModel(readFileSync(WHOLE), 'tiny', 3);
  expect(split.map(({ fileName }) => fileName)).toEqual(NAMES);
  shards.push(...split.map(({ bytes }) => bytes));
});

/** Writes a folder with some shards of the set; returns the paths of all shards that could exist. */
function setOf(name: string, numbers: readonly number[] = [1, 2, 3]): string[] {
  const place = join(folder, name);
  mkdirSync(place);
  for (const number of numbers) writeFileSync(join(place, NAMES[number - 1] as string), shards[number - 1] as Buffer);
  return NAMES.map((fileName) => join(place, fileName));
}

function explained(target: string): ExplainReport {
  const { stdout, stderr, code } = run([target, '--json']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return JSON.parse(stdout);
}

/** A report without what a set adds to it, and without the positions in files. */
function comparable({ tensors, file: _file, ...report }: ExplainReport) {
  return { ...report, tensors: tensors.map(({ shard: _shard, offset: _offset, ...tensor }) => tensor) };
}

function codes(target: string): string[] {
  return explained(target).findings.map(({ code, place }) => `${code} in ${place.file}`);
}

describe('any file of a set', () => {
  it('means the set, and its folder does too: one model with the totals of all', () => {
    const paths = setOf('whole');
    const whole = comparable(explained(WHOLE));
    for (const target of [...paths, join(folder, 'whole')]) {
      const report = explained(target);
      expect(comparable(report)).toEqual(whole);
      expect(() => ExplainReportSchema.parse(report)).not.toThrow();
    }
  });

  it('has a row for each shard, and each tensor its position in its own file', () => {
    const [path = ''] = setOf('rows');
    const { file, tensors, totals } = explained(path);
    expect(file.shardCount).toBe(3);
    expect(file.shards).toHaveLength(3);
    const rows = file.shards ?? [];
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(rows.map(({ size }) => size)).toEqual(shards.map(({ length }) => length));
    expect(file.size).toBe(shards.reduce((sum, { length }) => sum + length, 0));
    expect(rows.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(totals.parameters);
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(totals.bytes);
    for (const { shard, offset, bytes } of tensors) {
      const row = rows.find(({ number }) => number === shard);
      expect(offset).toBeGreaterThanOrEqual(row?.dataStart as number);
      expect(offset + (bytes as number)).toBeLessThanOrEqual(row?.size as number);
    }
  });

  it('works in every command like the whole model', () => {
    const [, path = ''] = setOf('commands');
    const name = 'blk.1.ffn_up.weight';
    expect(run(['tensor', path, name]).stdout).toMatch(/of shard \d\n/);
    for (const words of [['memory'], ['tensors', '--no-fold']]) {
      const [ofSet, ofWhole] = [path, WHOLE].map((target) => run([...words, target]).stdout);
      expect(ofSet).toBe(ofWhole);
    }
    const digest = (target: string) => run(['hash', '--no-layer', target]).stdout.split(/\s+/)[1];
    expect(digest(path)).toBe(digest(WHOLE));
    const diff = JSON.parse(run(['diff', '--data', '--json', path, WHOLE]).stdout);
    expect(diff.data).toMatchObject({ compared: 21, changed: 0 });
    const check: CheckReport = JSON.parse(run(['check', '--json', path]).stdout);
    expect(check.files.map(({ target }) => basename(target))).toEqual(NAMES);
    expect(check.verdict).toBe('pass');
  });
});

describe('a set with something wrong', () => {
  it('of which a shard is missing is explained as far as it exists', () => {
    const [, path = ''] = setOf('missing', [1, 2]);
    expect(codes(path)).toContain('shard-missing in tiny-00001-of-00003.gguf');
    expect(run([path]).stdout).toContain('2 of 3 files there');
    expect(run(['check', path]).code).toBe(1);
  });

  it('of which the first is missing has no metadata, and says so', () => {
    const [, path = ''] = setOf('headless', [2, 3]);
    expect(codes(path)).toContain('shard-missing in tiny-00002-of-00003.gguf');
    expect(explained(path).model.architecture).toBeNull();
  });

  it('with a file beyond the last one', () => {
    const [path = ''] = setOf('surplus');
    copyFileSync(path, join(folder, 'surplus', 'tiny-00004-of-00003.gguf'));
    expect(codes(path)).toContain('shard-surplus in tiny-00001-of-00003.gguf');
    expect(codes(join(folder, 'surplus'))).toEqual(codes(path));
    const check: CheckReport = JSON.parse(run(['check', '--json', path]).stdout);
    expect(check.files).toHaveLength(4);
  });

  it('with a shard of another model in it', async () => {
    const [path = ''] = setOf('mixed');
    const other = await splitModel(readFileSync(join(FIXTURES_FOLDER, 'valid', 'mixtral.gguf')), 'tiny', 3);
    writeFileSync(join(folder, 'mixed', NAMES[2] as string), other[2]?.bytes as Buffer);
    expect(codes(path)).toContain('shards-mixed in tiny-00001-of-00003.gguf');
  });

  it('with a shard that is not a model names that file', () => {
    const [path = ''] = setOf('broken');
    const broken = join(folder, 'broken', NAMES[1] as string);
    writeFileSync(broken, 'no model');
    const { stderr, code } = run([path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${broken}: `);
    expect(stderr).toContain('not-gguf at byte 0');
  });

  it('whose name states more files than any model has', () => {
    const path = join(folder, 'huge-00001-of-09999.gguf');
    writeFileSync(path, shards[0] as Buffer);
    expect(run([path])).toMatchObject({ code: 2, stderr: expect.stringContaining('(too-many-shards)') });
  });
});

it('a file that is named as the only one of its set is treated as a whole model', () => {
  const path = join(folder, 'one-00001-of-00001.gguf');
  copyFileSync(WHOLE, path);
  expect(explained(path).file.shards).toBeUndefined();
});

describe('a computation on a set with a missing file', () => {
  it('reads from the right files', async () => {
    const [first, second, third] = setOf('computed', [1, 3]) as [string, string, string];
    const opened = await openModel(first);
    await opened.close();
    expect(opened.realPaths?.map((path) => path && basename(path))).toEqual([
      basename(first),
      undefined,
      basename(third),
    ]);
    writeFileSync(second, shards[1] as Buffer);
    const whole = run(['flow', WHOLE, 'Hello world', '--json']);
    const split = run(['flow', third, 'Hello world', '--json']);
    expect(JSON.parse(split.stdout).next).toEqual(JSON.parse(whole.stdout).next);
  });
});
