/** A thread's side of the pool: it loads the job that it was started for, then answers orders. */

import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

/** The jobs that a thread can do. The worker program has a module for each. */
export type JobName = 'hash' | 'matmul' | 'scan' | 'values';

/**
 * What the module of a job exports: a function that is called once in each thread with the setup of the pool, and returns the function that
 * answers one order. Data that passes between threads is copied, except shared memory (SharedArrayBuffer).
 */
export type Job<Setup, Order, Answer> = (setup: Setup) => (order: Order) => Answer | Promise<Answer>;

/** Loads the module of a job, only in threads that do this job. */
export type JobLoader = () => Promise<{ job: Job<never, never, unknown> }>;

/** The `workerData` of a thread. */
export interface ThreadData {
  job: string;
  setup: unknown;
}

/** The message that a thread receives, and the message that it sends back. */
export interface OrderMessage {
  id: number;
  order: unknown;
}
export interface AnswerMessage {
  id: number;
  answer: unknown;
}

/** Answers orders until the pool ends the thread. Any error ends the thread, and the pool receives it as the reason. */
export async function serve(jobs: Readonly<Record<string, JobLoader>>): Promise<void> {
  try {
    const port = parentPort;
    const { job: name, setup } = workerData as ThreadData;
    const load = jobs[name];
    if (port === null || load === undefined) throw new Error(`a thread was started for an unknown job: ${name}`);
    const { job } = await load();
    const answer = job(setup as never);
    port.on('messageerror', endThread);
    // Messages that arrived earlier are waiting in the port.
    port.on('message', async ({ id, order }: OrderMessage) => {
      try {
        const found = answer(order as never);
        port.postMessage({ id, answer: found instanceof Promise ? await found : found } satisfies AnswerMessage);
      } catch (error) {
        endThread(error);
      }
    });
  } catch (error) {
    endThread(error);
  }
}

/**
 * Throws outside any promise: what Node does with a rejected promise depends on its options, and the pool could wait forever. Only an Error
 * keeps its message on the way.
 */
function endThread(error: unknown): void {
  setImmediate(() => {
    throw types.isNativeError(error) ? error : new Error(String(error));
  });
}
