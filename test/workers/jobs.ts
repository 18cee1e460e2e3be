/** A worker for the tests: it serves like the built one, and its jobs answer, die and hang in the ways that threads can. */

import { ExplainedError } from '../../src/explained-error.js';
import { type Job, type JobLoader, serve } from '../../src/workers/serve.js';

/** The action of a thread for an order of this name; any other order is returned as its own answer. */
const DEEDS: Readonly<Record<string, (shared: Int32Array | undefined) => unknown>> = {
  spin: () => {
    for (;;);
  },
  // Waits until the thread is ended: nothing wakes it.
  stand: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  wait: () => new Promise((resolve) => setTimeout(resolve, 20, 'wait')),
  never: () => new Promise(() => undefined),
  exit: () => process.exit(7),
  throw: () => {
    throw new TypeError('a fault');
  },
  reject: () => Promise.reject(new TypeError('a fault')),
  later: () => {
    setImmediate(() => {
      throw new TypeError('a fault');
    });
    return new Promise(() => undefined);
  },
  explain: () => {
    throw new ExplainedError('odd', 'it is odd', { hint: 'look', target: 'a.gguf', offset: 3 });
  },
  system: () => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' });
  },
  memory: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1e5).fill(kept.length));
  },
  uncloneable: () => () => undefined,
  take: (shared) => Atomics.add(shared as Int32Array, 0, 1),
};

export interface Order {
  name: string;
  shared?: Int32Array<SharedArrayBuffer>;
}

const deeds: Job<string, Order, unknown> =
  (setup) =>
  ({ name, shared }) =>
    DEEDS[name]?.(shared) ?? `${setup}${name}`;

const JOBS: Readonly<Record<string, JobLoader>> = {
  values: () => Promise.resolve({ job: deeds }),
  hash: () => Promise.reject(new TypeError('a job that does not load')),
  matmul: () =>
    Promise.resolve({
      job: () => {
        throw new TypeError('a job that does not begin');
      },
    }),
};

void serve(JOBS);
