/**
 * The thread beside the program's own that computes the digests of single tensors while that one computes the digest of the whole.
 * It is a program of its own, started by second-thread.ts. It reads the file itself: a copy from the system's memory into a buffer
 * of its own takes less time than it takes two processor cores to share one.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { openBlocks } from '../io/block-source.js';
import { chunksOf } from './chunks.js';
import { digestMaker } from './digests.js';
import { keepPaceStanding } from './pace.js';
import { CHUNK_BYTES } from './read-ahead.js';
import type { ThreadResult, ThreadSetup } from './second-thread.js';
import { TensorDigests } from './tensor-digests.js';

async function main({ path, algorithm, positions, sizes, pace }: ThreadSetup): Promise<ThreadResult> {
  const ranges = Array.from(positions, (position, i) => ({ position, bytes: sizes[i] as number }));
  const tensors = new TensorDigests(await digestMaker(algorithm));
  const source = openBlocks(path);
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (const chunk of chunksOf(ranges, CHUNK_BYTES)) {
    const { position, bytes } = chunk;
    const count = bytes === 0 ? 0 : source.readNow(buffer.subarray(0, bytes), position);
    if (count < bytes) return { end: position + count };
    tensors.take(buffer, chunk);
    keepPaceStanding(pace);
  }
  await source.close();
  return { digests: tensors.texts };
}

// Whoever fails here fails as the thread's error, which the program waits for.
void main(workerData as ThreadSetup).then((result) => parentPort?.postMessage(result));
