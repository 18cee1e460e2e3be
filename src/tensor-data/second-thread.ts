/** The program's side of the second thread of `hash`: starts it, keeps pace with it, and gets the digests. */

import { WorkerPool } from '../workers/pool.js';
import type { Algorithm } from './digests.js';
import type { HashAnswer, HashOrder } from './hash-job.js';
import { keepPace, makePace } from './pace.js';
import type { SizedData } from './tensor-data.js';

export class SecondThread {
  /** What the thread found. Rejects where it fails. */
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
    // It is waited for last; until then its failure must not end the process.
    this.result.catch(() => undefined);
  }

  /** To be called after each chunk: waits where the thread has fallen far behind. Rejects where it has failed: all is in vain then. */
  async keepPace(): Promise<void> {
    await keepPace(this.pace, () => this.over);
    if (this.over) await this.result;
  }

  async stop(): Promise<void> {
    await this.pool.end();
  }
}
