import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explain, metadataValue, readGguf } from '../../src/index.js';
import { MODELS, writeMinute } from './models.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `dataBytes` computed by hand: whole blocks of every matrix in llama.cpp's mix, and four bytes for every element of a vector. */
const EXPECTED = {
  '8b': { tensors: 292, dataBytes: 4_912_898_304, headerMegabytes: [12, 13], items: [128_256, 128_256, 280_147] },
  '262k': {
    tensors: 444,
    dataBytes: 2_483_218_432,
    headerMegabytes: [16, 18],
    items: [262_144, 262_144, 262_144, 514_906],
  },
} as const;

describe('the models of the benchmark', () => {
  it.each(MODELS)('$name is sound and has the intended counts and sizes', async ({ name, write }) => {
    const expected = EXPECTED[name];
    const file = write(folder);
    expect(file.tensorCount).toBe(expected.tensors);
    expect(file.fileBytes - file.headerBytes).toBe(expected.dataBytes);
    expect(file.headerBytes / 1e6).toBeGreaterThan(expected.headerMegabytes[0]);
    expect(file.headerBytes / 1e6).toBeLessThan(expected.headerMegabytes[1]);
    expect(statSync(file.path).size).toBe(file.fileBytes);

    const report = await explain(file.path);
    expect(report.findings).toEqual([]);
    expect(report.file.dataStart).toBe(file.headerBytes);
    expect(report.tensors).toHaveLength(expected.tensors);

    const header = await readGguf(file.path);
    const counts = ['tokens', 'scores', 'token_type', 'merges'].flatMap((key) => {
      const value = metadataValue(header, `tokenizer.ggml.${key}`);
      return typeof value === 'object' && value.kind === 'array' ? value.count : [];
    });
    expect(counts).toEqual(expected.items);
    rmSync(file.path);
  });

  it('have a tiny companion of less than a kilobyte', async () => {
    const { path, fileBytes } = writeMinute(folder);
    expect(fileBytes).toBeLessThan(1024);
    expect((await explain(path)).tensors).toHaveLength(1);
  });
});
