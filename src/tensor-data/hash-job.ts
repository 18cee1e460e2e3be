/**
 * The job of the second thread of `hash`: it computes the digests of single tensors while the program's own thread computes the digest
 * of the whole. It reads the file itself: a copy from the system's memory into a buffer of its own takes less time than it takes two
 * processor cores to share one.
 */

import { openBlocks } from '../io/block-source.js';
import type { Job } from '../workers/serve.js';
import { type Algorithm, digestMaker } from './digests.js';
import { keepPaceStanding, type Pace } from './pace.js';
import { readChunks } from './read-ahead.js';
import { TensorDigests } from './tensor-digests.js';

/** What the thread is to hash. */
export interface HashOrder {
  /** The file. */
  path: string;
  algorithm: Algorithm;
  /** Of each tensor: bytes from the start of the file, and its size in bytes. */
  positions: Float64Array;
  sizes: Float64Array;
  pace: Pace;
}

/** The digests of the tensors, or the byte at which the file ended before they did. */
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
