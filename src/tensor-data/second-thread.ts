/** The program's side of hash-worker.ts: starts it, keeps pace with it, and gets the digests. */

import { Worker } from 'node:worker_threads';
import { threadFailure } from '../workers/thread-failure.js';
import type { Algorithm } from './digests.js';
import { keepPace, makePace, type Pace } from './pace.js';
import type { TensorRange } from './tensor-ranges.js';

/** What the thread is started with. */
export interface ThreadSetup {
  /** The file that is hashed. */
  path: string;
  algorithm: Algorithm;
  positions: Float64Array;
  sizes: Float64Array;
  pace: Pace;
}

/** What it tells last: the digests, or where the file ended before the tensors did. */
export type ThreadResult = { digests: string[] } | { end: number };

export class SecondThread {
  /** What the thread tells last. Rejects where it fails. */
  readonly result: Promise<ThreadResult>;
  private readonly worker: Worker;
  private readonly pace = makePace();
  private over = false;

  /** `program` is the path of the built hash-worker. */
  constructor(program: string, path: string, ranges: readonly TensorRange[], algorithm: Algorithm) {
    const workerData: ThreadSetup = {
      path,
      algorithm,
      positions: Float64Array.from(ranges, ({ position }) => position),
      sizes: Float64Array.from(ranges, ({ bytes }) => bytes),
      pace: this.pace,
    };
    // Options of Node's command line, such as a loader for tests, are not for it.
    const worker = new Worker(program, { workerData, execArgv: [] });
    this.worker = worker;
    this.result = new Promise<ThreadResult>((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', (error) => reject(threadFailure(error)));
      worker.on('exit', () => reject(threadFailure()));
    }).finally(() => {
      this.over = true;
    });
    // It is waited for last; until then its failure must not end the process.
    this.result.catch(() => undefined);
  }

  /** To be called after each chunk: waits where the thread has fallen far behind. */
  keepPace(): Promise<void> {
    return keepPace(this.pace, () => this.over);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
