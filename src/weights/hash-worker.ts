/**
 * The thread beside the program's own that computes the digests of single tensors while that one computes the digest of the whole.
 * It is a program of its own, started by second-thread.ts: it is told the number of each buffer that has been filled, in the order
 * of the chunks, and tells it back when it is done with it; last it tells the digests.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { chunksOf } from './chunks.js';
import { digestMaker } from './digests.js';
import type { ThreadSetup } from './second-thread.js';
import { TensorDigests } from './tensor-digests.js';

const { algorithm, positions, sizes, buffers, chunkBytes } = workerData as ThreadSetup;

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const ranges = [...positions].map((position, i) => ({ position, bytes: sizes[i] as number }));
  const chunks = chunksOf(ranges, chunkBytes);
  const tensors = new TensorDigests(await digestMaker(algorithm));
  let next = chunks.next();
  port.on('message', (buffer: number) => {
    if (next.done) return;
    tensors.take(buffers[buffer] as Uint8Array, next.value);
    port.postMessage(buffer);
    next = chunks.next();
    if (!next.done) return;
    port.postMessage(tensors.texts);
    port.close();
  });
}

void main();
