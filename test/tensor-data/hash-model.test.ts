/** One thread or two, small chunks or large: the digests are the same. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/index.js';
import type { BlockSource } from '../../src/io/block-source.js';
import { openBlocks } from '../../src/io/block-source.js';
import { type Chunk, chunksOf } from '../../src/tensor-data/chunks.js';
import { ALGORITHM_NAMES } from '../../src/tensor-data/digests.js';
import { hashModel } from '../../src/tensor-data/hash-model.js';
import { wholeTensors } from '../../src/tensor-data/tensor-data.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const WORKER = join(PROJECT_FOLDER, 'dist', 'cli', 'worker.cjs');
const ranges = wholeTensors(await readGguf(TINY));

const NO_THREAD = {};
const THREAD = { secondThread: { path: TINY, program: WORKER, from: 0 } };

async function hashWith(source: BlockSource, options: Partial<Parameters<typeof hashModel>[2]>) {
  try {
    return await hashModel(source, ranges, { algorithm: 'sha256', perTensor: true, ...options });
  } finally {
    await source.close();
  }
}

/** The same source without reads that block, so that the system's threads do the reading. */
function slowly(source: BlockSource): BlockSource {
  return { read: source.read.bind(source), close: source.close.bind(source) };
}

describe('hashModel', () => {
  it.each(ALGORITHM_NAMES)('gives the same result with %s in two threads as in one', async (algorithm) => {
    const one = await hashWith(openBlocks(TINY), { ...NO_THREAD, algorithm, uuid: true });
    expect(one.tensors).toHaveLength(ranges.length);
    expect(await hashWith(openBlocks(TINY), { ...THREAD, algorithm, uuid: true })).toEqual(one);
    expect(await hashWith(slowly(openBlocks(TINY)), { ...THREAD, algorithm, uuid: true })).toEqual(one);
  });

  it('reports its progress up to the last byte', async () => {
    const told: number[] = [];
    await hashWith(openBlocks(TINY), { onProgress: (bytes) => told.push(bytes) });
    expect(told.at(-1)).toBe(ranges.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it.each([
    ['one thread', NO_THREAD],
    ['two threads', THREAD],
  ])('ends in %s with the error of a read that fails', async (_, options) => {
    const failing: BlockSource = { read: () => Promise.reject(new Error('the disk is gone')), close: async () => {} };
    await expect(hashWith(failing, options)).rejects.toThrow('the disk is gone');
  });

  it.each([
    ['program', { ...THREAD.secondThread, program: join(PROJECT_FOLDER, 'none.cjs') }],
    ['file', { ...THREAD.secondThread, path: join(PROJECT_FOLDER, 'none.gguf') }],
  ])('ends with an error where the second thread finds no %s', async (_, secondThread) => {
    await expect(hashWith(openBlocks(TINY), { secondThread })).rejects.toThrow(/none/);
  });

  it('ends with an error where only the second thread finds the file too short', async () => {
    const path = join(FIXTURES_FOLDER, 'valid', 'version-3.gguf');
    const shorter = hashWith(openBlocks(TINY), { secondThread: { ...THREAD.secondThread, path } });
    await expect(shorter).rejects.toMatchObject({ code: 'truncated', section: 'tensor data' });
  });

  it('ends with an error where the file became shorter', async () => {
    const bytes = readFileSync(TINY);
    const shrunk: BlockSource = {
      read: async (target, position) => bytes.subarray(0, 500_000).copy(target, 0, position),
      close: async () => {},
    };
    await expect(hashWith(shrunk, NO_THREAD)).rejects.toMatchObject({ code: 'truncated', section: 'tensor data' });
  });
});

describe('chunks', () => {
  const digestsBy = (most: number, list: readonly { position: number; bytes: number }[], bytes: Uint8Array) => {
    const hashes = list.map(() => createHash('sha1'));
    const ended: number[] = [];
    for (const chunk of chunksOf(list, most)) {
      expect(chunk.bytes).toBeLessThanOrEqual(most);
      const part = bytes.subarray(chunk.position, chunk.position + chunk.bytes);
      for (const { tensor, at, bytes: count, last } of chunk.pieces) {
        hashes[tensor]!.update(part.subarray(at, at + count));
        if (last) ended.push(tensor);
      }
    }
    expect(ended).toEqual(list.map((_, i) => i));
    return hashes.map((hash) => hash.digest('hex'));
  };

  it('hold every byte of every tensor once and in order, however long the tensors are', () => {
    const bytes = readFileSync(TINY);
    const odd = [
      { position: 9, bytes: 0 },
      { position: 100, bytes: 50 },
      { position: 160, bytes: 1 },
      { position: 10, bytes: 0 },
      { position: 120, bytes: 90 },
      { position: 500_000, bytes: 33 },
      { position: 0, bytes: 7 },
      { position: 999_999_999, bytes: 0 },
    ];
    const expected = odd.map(({ position, bytes: count }) =>
      createHash('sha1')
        .update(bytes.subarray(position, position + count))
        .digest('hex'),
    );
    for (const most of [1, 2, 7, 32, 100, 1 << 20]) expect(digestsBy(most, odd, bytes)).toEqual(expected);
  });

  it('combine small tensors, and leave out large gaps between tensors', () => {
    const shape = (chunks: Iterable<Chunk>) =>
      [...chunks].map(({ position, bytes, pieces }) => [position, bytes, pieces.length]);
    const list = [
      { position: 0, bytes: 10 },
      { position: 32, bytes: 10 },
      { position: 1_000_000, bytes: 10 },
      { position: 1_000_032, bytes: 3_000_000 },
    ];
    expect(shape(chunksOf(list, 1 << 20))).toEqual([
      [0, 42, 2],
      [1_000_000, 1 << 20, 2],
      [1_000_000 + (1 << 20), 1 << 20, 1],
      [1_000_000 + (2 << 20), 3_000_032 - (2 << 20), 1],
    ]);
    expect(shape(chunksOf([], 10))).toEqual([]);
  });
});
