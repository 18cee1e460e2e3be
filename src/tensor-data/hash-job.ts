/**
 * The job of the second thread of `hash`: it computes the digests of single tensors while the main thread computes the digest of the whole.
 * It reads the file itself, because copying from the system's cache into its own buffer is faster than sharing a buffer between two CPU
 * cores.
 */

import { openBlocks } from '../io/block-source.js';
import type { Job } from '../workers/serve.js';
import { type Algorithm, digestMaker } from './digests.js';
import { keepPaceStanding, type Pace } from './pace.js';
import { readChunks } from './read-ahead.js';
import { TensorDigests } from './tensor-digests.js';

/** What the thread hashes. */
export interface HashOrder {
  path: string;
  algorithm: Algorithm;
  /** For each tensor: its offset from the start of the file, and its size in bytes. */
  positions: Float64Array;
  sizes: Float64Array;
  pace: Pace;
}

/** The digests of the tensors, or the position at which the file ended too early. */
export type HashAnswer = { digests: string[] } | { end: number };

export const job: Job<undefined, HashOrder, HashAnswer> = () => hashTensors;

async function hashTensors({ path, algorithm, positions, sizes, pace }: HashOrder): Promise<HashAnswer> {
  const all = Array.from(positions, (position, i) => ({ position, bytes: sizes[i] as number }));
  const tensors = new TensorDigests(await digestMaker(algorithm));
  const source = openBlocks(path);
  try {
    for await (const { chunk, bytes } of readChunks(source, all)) {
      if (bytes.length < chunk.bytes) return { end: chunk.position + bytes.length };
      tensors.take(bytes, chunk);
      keepPaceStanding(pace);
    }
    return { digests: tensors.texts };
  } finally {
    await source.close();
  }
}
