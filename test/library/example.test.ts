/** The example of a small model: computed only from whole models on this machine. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/library/functions.js';
import { mayHaveExample } from '../../src/library/with-example.js';
import type { Found } from '../../src/locate/location.js';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import { run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const bytes = readFileSync(TINY);
const FILE = { kind: 'file' } as Found;

let report: ExplainReport;
beforeAll(async () => {
  report = await explain(TINY, { full: true });
});

describe('an example', () => {
  it('has the prediction, the guesses along the way and one product', () => {
    const { prompt, tokens, next, guesses, lens } = report.example ?? {};
    expect(prompt).toBe('Hello world');
    expect(tokens?.map(({ piece }) => piece)).toEqual(['<s>', ' Hello', ' world']);
    expect(next?.[0]).toMatchObject({ piece: '!' });
    expect(guesses?.at(-1)?.id).toBe(next?.[0]?.id);
    expect(lens?.tensor).toBe('blk.0.attn_q.weight');
  });

  it('is the same for a file and for its bytes, and is not computed for a stream', async () => {
    expect((await explain(bytes, { full: true })).example).toEqual(report.example);
    const stream = await explain(new Blob([bytes]).stream() as unknown as AsyncIterable<Uint8Array>, { full: true });
    expect(stream.example).toBeUndefined();
  });

  it('is requested only for a whole small file with tokens, based on the header', () => {
    expect(mayHaveExample(report, FILE)).toBe(true);
    for (const kind of ['http', 'stream', 'shards'] as const)
      expect(mayHaveExample(report, { kind } as Found)).toBe(false);
    const { file, totals, model } = report;
    expect(mayHaveExample({ ...report, file: { ...file, size: 9 * 1024 * 1024 } }, FILE)).toBe(false);
    expect(mayHaveExample({ ...report, file: { ...file, size: null } }, FILE)).toBe(false);
    expect(mayHaveExample({ ...report, file: { ...file, size: totals.bytes - 1 } }, FILE)).toBe(false);
    expect(mayHaveExample({ ...report, model: { ...model, tokenizer: null } }, FILE)).toBe(false);
  });

  it('is left out where the vocabulary cannot spell it', async () => {
    const path = join(FIXTURES_FOLDER, 'valid/llama.gguf');
    expect((await explain(path, { full: true })).example).toBeUndefined();
    expect(run([path]).stdout).not.toContain('EXAMPLE');
  });

  it('is on the page, and is in JSON only with --full', () => {
    expect(run([TINY]).stdout).toContain('→ 2 layers → "!" 99.9 %');
    expect(JSON.parse(run([TINY, '--json']).stdout)).not.toHaveProperty('example');
  });
});
