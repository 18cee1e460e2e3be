/** The program's side of hash-worker.ts: starts it, hands it buffers, and gets them and the digests back. */

import { Worker } from 'node:worker_threads';
import type { Algorithm } from './digests.js';
import { type BufferPool, CHUNK_BYTES } from './read-ahead.js';
import type { TensorRange } from './tensor-ranges.js';

/** What the thread is started with. The buffers lie in shared memory. */
export interface ThreadSetup {
  algorithm: Algorithm;
  positions: Float64Array;
  sizes: Float64Array;
  buffers: readonly Uint8Array[];
  chunkBytes: number;
}

export class SecondThread {
  /** The digests of all tensors, once the last chunk has been sent. Rejects where the thread fails. */
  readonly digests: Promise<string[]>;
  private readonly worker: Worker;

  /** `path` is that of the built hash-worker. It gives the buffers back to the pool, or fails it. */
  constructor(path: string, ranges: readonly TensorRange[], algorithm: Algorithm, pool: BufferPool) {
    const workerData: ThreadSetup = {
      algorithm,
      positions: Float64Array.from(ranges, ({ position }) => position),
      sizes: Float64Array.from(ranges, ({ bytes }) => bytes),
      buffers: pool.buffers,
      chunkBytes: CHUNK_BYTES,
    };
    // Options of Node's command line, such as a loader for tests, are not for it.
    const worker = new Worker(path, { workerData, execArgv: [] });
    this.worker = worker;
    this.digests = new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        reject(error);
        pool.fail(error);
      };
      worker.on('message', (told: number | string[]) => (typeof told === 'number' ? pool.give(told) : resolve(told)));
      worker.on('error', fail);
      worker.on('exit', () => fail(new Error('the second thread ended early')));
    });
    // It is waited for last; until then its failure must not end the process.
    this.digests.catch(() => undefined);
  }

  /** Hands over the next chunk, which fills the start of this buffer. */
  send(buffer: number): void {
    this.worker.postMessage(buffer);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
