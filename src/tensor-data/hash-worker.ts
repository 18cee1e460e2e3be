/**
 * The thread beside the program's own that computes the digests of single tensors while that one computes the digest of the whole.
 * It is a program of its own, started by second-thread.ts. It reads the file itself: a copy from the system's memory into a buffer
 * of its own takes less time than it takes two processor cores to share one.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { openBlocks } from '../io/block-source.js';
import { digestMaker } from './digests.js';
import { keepPaceStanding } from './pace.js';
import { readChunks } from './read-ahead.js';
import type { ThreadResult, ThreadSetup } from './second-thread.js';
import { TensorDigests } from './tensor-digests.js';

async function main({ path, algorithm, positions, sizes, pace }: ThreadSetup): Promise<ThreadResult> {
  const all = Array.from(positions, (position, i) => ({ position, bytes: sizes[i] as number }));
  const tensors = new TensorDigests(await digestMaker(algorithm));
  const source = openBlocks(path);
  for await (const { chunk, bytes } of readChunks(source, all)) {
    if (bytes.length < chunk.bytes) return { end: chunk.position + bytes.length };
    tensors.take(bytes, chunk);
    keepPaceStanding(pace);
  }
  await source.close();
  return { digests: tensors.texts };
}

// Whoever fails here fails as the thread's error, which the program waits for.
void main(workerData as ThreadSetup).then((result) => parentPort?.postMessage(result));
