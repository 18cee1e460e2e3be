/** A thread's side of the pool: it loads the job that it was started for, then answers orders. */

import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

/** The jobs that threads can be started for. The worker has a module for each. */
export type JobName = 'hash' | 'matmul' | 'scan' | 'values';

/**
 * What a job's module exports. It is called once in each thread, with the data that the pool was made with, and gives the function that
 * answers one order. Everything passed from thread to thread is copied, except memory that is shared (SharedArrayBuffer).
 */
export type Job<Setup, Order, Answer> = (setup: Setup) => (order: Order) => Answer | Promise<Answer>;

/** A job's module, loaded only in threads that need it. */
export type JobLoader = () => Promise<{ job: Job<never, never, unknown> }>;

/** What a thread is started with. */
export interface ThreadData {
  job: string;
  setup: unknown;
}

/** What a thread is sent, and what it sends back. */
export interface OrderMessage {
  id: number;
  order: unknown;
}
export interface AnswerMessage {
  id: number;
  answer: unknown;
}

/** Answers orders until the pool ends the thread. Any error ends the thread, and reaches the pool as the reason. */
export async function serve(jobs: Readonly<Record<string, JobLoader>>): Promise<void> {
  try {
    const port = parentPort;
    const { job: name, setup } = workerData as ThreadData;
    const load = jobs[name];
    if (port === null || load === undefined) throw new Error(`a thread was started for an unknown job: ${name}`);
    const { job } = await load();
    const answer = job(setup as never);
    port.on('messageerror', endThread);
    // Messages that came earlier wait in the port.
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
 * Throws outside any promise: what happens to a rejected promise depends on Node's options, and the pool could wait forever. Only an
 * Error arrives with its words.
 */
function endThread(error: unknown): void {
  setImmediate(() => {
    throw types.isNativeError(error) ? error : new Error(String(error));
  });
}
