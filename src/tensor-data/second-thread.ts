/** The main thread's side of the second thread of `hash`: starts it, keeps pace with it, and gets the digests. */

import { WorkerPool } from '../workers/pool.js';
import type { Algorithm } from './digests.js';
import type { HashAnswer, HashOrder } from './hash-job.js';
import { keepPace, makePace } from './pace.js';
import type { SizedData } from './tensor-data.js';

export class SecondThread {
  /** The thread's result. Rejects if it fails. */
  readonly result: Promise<HashAnswer>;
  private readonly pool: WorkerPool<undefined, HashOrder, HashAnswer>;
  private readonly pace = makePace();
  private over = false;

  /** `program` is the path of the built worker. */
  constructor(program: string, path: string, tensors: readonly SizedData[], algorithm: Algorithm) {
    this.pool = new WorkerPool({ program, job: 'hash', setup: undefined, most: 1 });
    const order = {
      path,
      algorithm,
      positions: Float64Array.from(tensors, ({ position }) => position),
      sizes: Float64Array.from(tensors, ({ bytes }) => bytes),
      pace: this.pace,
    };
    this.result = this.pool.ask(order).finally(() => {
      this.over = true;
    });
    // It is awaited last; until then its failure must not end the process.
    this.result.catch(() => undefined);
  }

  /** Call after each chunk: waits if the thread has fallen far behind. Rejects if it has failed, because then the work is useless. */
  async keepPace(): Promise<void> {
    await keepPace(this.pace, () => this.over);
    if (this.over) await this.result;
  }

  async stop(): Promise<void> {
    await this.pool.end();
  }
}
