/**
 * Numbers that are allowed individually, but whose products and sums are too large: whatever a file claims, every report holds exact
 * integers, as its schema says, or leaves the figure out.
 */

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GgufFile } from '../../src/gguf/decode.js';
import { MAX_ELEMENTS } from '../../src/gguf/limits.js';
import { joinShards } from '../../src/gguf/shard-set.js';
import { readGguf } from '../../src/index.js';
import { interpret } from '../../src/model/model.js';
import { flowReport } from '../../src/report/flow-report.js';
import { fullExplainReport } from '../../src/report/full-explain-report.js';
import { memoryReport } from '../../src/report/memory-report.js';
import { REPORT_SCHEMAS } from '../../src/report/report-schemas.js';
import { scannedModel } from '../../src/report/scan-report.js';
import { boundedSum } from '../../src/words/bounded-sum.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { reportsOf } from './reports.js';

const MODELS = ['valid/llama', 'valid/mixtral', 'valid/mamba', 'valid/deepseek2', 'valid/gemma4'];
const LARGE = [2 ** 31 - 1, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER, 2n ** 64n - 1n];

const files = new Map<string, GgufFile>();
beforeAll(async () => {
  for (const name of MODELS) files.set(name, await readGguf(join(FIXTURES_FOLDER, `${name}.gguf`)));
});

/** The file with the values of all keys that `wanted` accepts replaced by this number. */
function claiming(file: GgufFile, number: number | bigint, wanted: (key: string) => boolean): GgufFile {
  const metadata = file.metadata.map((entry) => {
    if (!wanted(entry.key) || !/^[ui]\d/.test(entry.type)) return entry;
    return { ...entry, value: number };
  });
  return { ...file, metadata };
}

function numericKeys({ metadata }: GgufFile): string[] {
  return metadata
    .filter(({ key, type }) => /^[ui]\d/.test(type) && !key.startsWith('tokenizer.'))
    .map(({ key }) => key);
}

/** The violations of the schema, by report. */
function wrong(file: GgufFile): string[] {
  const model = interpret(file);
  const scanned = {
    target: 'm.gguf',
    model,
    findings: [],
    contextLengths: [4096, 131_072, 2 ** 30],
    milliseconds: { read: 1, judge: 1 },
  };
  const long = {
    contextLengths: [1, 2 ** 30],
    settings: { parallel: 2 ** 30, flashAttention: false, ubatch: 2 ** 30 },
  };
  const { check: _check, ...reports } = reportsOf('m.gguf', model);
  const all: [keyof typeof REPORT_SCHEMAS, unknown][] = [
    ...(Object.entries(reports) as [keyof typeof reports, unknown][]),
    ['memory', memoryReport('m.gguf', model, { ...long, budget: Number.MAX_SAFE_INTEGER, bandwidth: 1 })],
    ['scan', scannedModel(scanned)],
    ['flow', flowReport('m.gguf', model)],
    ['explain', fullExplainReport(reports.explain, model)],
  ];
  return [
    ...all.flatMap(([name, report]) => {
      const { error } = REPORT_SCHEMAS[name].safeParse(JSON.parse(JSON.stringify(report)));
      return error === undefined ? [] : [`${name}: ${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`];
    }),
  ];
}

describe('large numbers', () => {
  it.each(MODELS)('of %s, one at a time, give reports that match their schemas', (name) => {
    const file = files.get(name) as GgufFile;
    const found = numericKeys(file).flatMap((key) =>
      LARGE.flatMap((number) =>
        wrong(claiming(file, number, (other) => other === key)).map((what) => `${key}: ${what}`),
      ),
    );
    expect([...new Set(found)]).toEqual([]);
  });

  it.each(MODELS)('of %s, two and all of them together, do so too', (name) => {
    const file = files.get(name) as GgufFile;
    const together = [
      /context_length|head_count$/,
      /context_length|head_count_kv/,
      /head_count|key_length|value_length/,
      /length/,
      /count/,
      /./,
    ];
    const kept = (key: string) => /alignment|split|block_count|leading/.test(key);
    const found = together.flatMap((pattern) =>
      [2 ** 20, 2 ** 24, ...LARGE].flatMap((number) =>
        wrong(claiming(file, number, (key) => !kept(key) && pattern.test(key))).map((what) => `${pattern}: ${what}`),
      ),
    );
    expect([...new Set(found)]).toEqual([]);
  });
});

describe('a file from an attack', () => {
  it('has a cache too large to be added up, and reports that match their schemas', async () => {
    const file = await readGguf(join(FIXTURES_FOLDER, 'hostile', 'total-over-2-53.gguf'));
    expect(wrong(file)).toEqual([]);
    const { contexts } = memoryReport('m.gguf', interpret(file), { contextLengths: [131_072], settings: {} });
    expect(contexts).toEqual([]);
  });
});

describe('the files of a split model', () => {
  it('may not claim larger numbers together than one file may', () => {
    const file = files.get('valid/llama') as GgufFile;
    const [first] = file.tensors;
    const shard = (number: number) => ({
      fileName: `m-0000${number}-of-00002.gguf`,
      number,
      file: { ...file, tensors: [{ ...first!, elements: MAX_ELEMENTS }] },
    });
    expect(() => joinShards([shard(1)] as never, { count: 2, surplus: [] } as never)).not.toThrow();
    expect(() => joinShards([shard(1), shard(2)] as never, { count: 2, surplus: [] } as never)).toThrow(
      'number-too-large',
    );
  });
});

describe('boundedSum', () => {
  it('is exact where possible, and otherwise the largest exact integer', () => {
    expect(boundedSum([])).toBe(0);
    expect(boundedSum([2 ** 52, 2 ** 52 - 1])).toBe(Number.MAX_SAFE_INTEGER);
    expect(boundedSum([2 ** 52, 2 ** 52, 7])).toBe(Number.MAX_SAFE_INTEGER);
  });
});
