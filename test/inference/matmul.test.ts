/** The three ways of multiplying give the same: plain TypeScript, WebAssembly in this thread, and threads. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Products, plainProducts } from '../../src/inference/matmul.js';
import { simdProducts } from '../../src/inference/simd-matmul.js';
import { StoredTensors } from '../../src/inference/stored-tensors.js';
import { threadProducts } from '../../src/inference/thread-matmul.js';
import { makeVectors, type Vectors } from '../../src/inference/vectors.js';
import { type BlockSource, openBlocks } from '../../src/io/block-source.js';
import { readHeader } from '../../src/open/read-header.js';
import type { ReadableData } from '../../src/tensor-data/tensor-data.js';
import { loadKernels } from '../../src/tensor-data/values/simd-kernels.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { randomNumbers } from './tiny-model.js';

const MODEL = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const DIST = join(PROJECT_FOLDER, 'dist', 'cli');
const WORKER = join(DIST, 'worker.cjs');

describe('the ways of multiplying', () => {
  const program = loadKernels(join(DIST, 'value-kernels.wasm'));
  let source: BlockSource;
  let matrix: ReadableData;
  let ways: Products[];

  beforeAll(async () => {
    const file = await readHeader({ kind: 'file', name: MODEL, path: MODEL });
    matrix = new StoredTensors(file).matrix('blk.0.ffn_up.weight', 256);
    source = openBlocks(MODEL);
    if (program === undefined) throw new Error('the kernels are not built');
    ways = [simdProducts(source, program), threadProducts({ worker: WORKER, program, threads: 2 }, [MODEL])];
  });
  afterAll(async () => {
    await Promise.all(ways.map((way) => way.close()));
    await source.close();
  });

  async function product(way: Products, count: number, first: number, rows: number): Promise<Float32Array> {
    const inputs: Vectors = { values: randomNumbers('inputs', count * 256), length: 256, count };
    const into = makeVectors(count, rows);
    await way.multiply({ matrix, first, rows }, inputs, into);
    return into.values;
  }

  it('are built', () => expect(existsSync(WORKER)).toBe(true));

  // One vector, four at once, and some left over; all rows, and a range with an odd number of them.
  it.each([
    { count: 1, first: 0, rows: 512 },
    { count: 4, first: 0, rows: 512 },
    { count: 7, first: 13, rows: 301 },
    { count: 2, first: 511, rows: 1 },
  ])('agree on $count vectors and $rows rows from $first on', async ({ count, first, rows }) => {
    const expected = await product(plainProducts(source), count, first, rows);
    expect(expected.some((value) => value !== 0)).toBe(true);
    for (const way of ways) {
      const found = await product(way, count, first, rows);
      const worst = Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))));
      expect(worst).toBeLessThan(1e-5);
    }
  });

  it('do several products at once', async () => {
    const expected = await product(plainProducts(source), 3, 0, 512);
    for (const way of ways) {
      const all = await Promise.all(Array.from({ length: 5 }, () => product(way, 3, 0, 512)));
      for (const one of all) expect(Math.abs((one[777] as number) - (expected[777] as number))).toBeLessThan(1e-5);
    }
  });

  it('report where the file ends too soon', async () => {
    const beyond = { ...matrix, position: 1e9, shard: { number: 1, offset: 1e9 } };
    for (const way of [plainProducts(source), ...ways]) {
      const inputs = makeVectors(1, 256);
      const range = { matrix: beyond, first: 0, rows: 512 };
      await expect(way.multiply(range, inputs, makeVectors(1, 512))).rejects.toMatchObject({ code: 'data-missing' });
    }
  });
});
