/**
 * The program's side of its threads: it starts them, gives them orders, and returns their answers. There is one worker program; the job
 * that a thread does is named in the data that it is started with, and `serve.ts` is the thread's side.
 */

import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { AnswerMessage, JobName, OrderMessage, ThreadData } from './serve.js';
import { threadFailure } from './thread-failure.js';

export interface PoolSettings<Setup, Order, Answer> {
  /** Path of the built worker. */
  program: string;
  job: JobName;
  /** Passed to the job once in each thread. */
  setup: Setup;
  /** At most this many threads are started. */
  most: number;
  /** Without it an order may take any time. */
  limit?: OrderLimit<Order, Answer>;
}

/** How long a thread may take to answer. */
export interface OrderLimit<Order, Answer> {
  milliseconds: number;
  /** The answer to an order that took longer. */
  late(order: Order): Answer;
}

interface Thread {
  worker: Worker;
  /** Orders that it has not answered. */
  busy: number;
  /** Started for a single order, which may be the one that another thread was ended for. */
  single: boolean;
}

interface Settle<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Waiting<Order, Answer> extends Settle<Answer> {
  order: Order;
  thread: Thread;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Threads for one job. When one of them fails, all orders fail with its error, and so do later ones: an order never waits forever for a
 * thread that is gone.
 */
export class WorkerPool<Setup, Order, Answer> {
  readonly #settings: PoolSettings<Setup, Order, Answer>;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new Map<number, Waiting<Order, Answer>>();
  #orders = 0;
  #failure: { error: unknown } | undefined;
  /** The last order that is tried again. They follow one another: a thread for each at once could be hundreds. */
  #triedAgain: Promise<unknown> = Promise.resolve();

  constructor(settings: PoolSettings<Setup, Order, Answer>) {
    this.#settings = settings;
  }

  /** Has one thread answer: an idle one, a new one while there are fewer than `most`, or else the one with the fewest orders. */
  ask(order: Order): Promise<Answer> {
    return this.#answerOf(order, () => this.#idlest());
  }

  /** Has each of `most` threads answer the same order, in which they share the work through shared memory. */
  async askAll(order: Order): Promise<Answer[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    while (this.#threads.size < this.#settings.most) this.#start(false);
    return await Promise.all([...this.#threads].map((thread) => this.#answerOf(order, () => thread)));
  }

  /** Ends all threads, whatever they are doing. Orders without an answer are rejected. */
  async end(): Promise<void> {
    const ended = [...this.#threads].map((thread) => this.#endThread(thread));
    this.#fail(new Error('the threads have been ended'));
    await Promise.all(ended);
  }

  #answerOf(order: Order, choose: () => Thread): Promise<Answer> {
    return new Promise((resolve, reject) => this.#give(order, { resolve, reject }, choose));
  }

  /** Throws where the threads have failed, and where the one that is chosen cannot be started. */
  #give(order: Order, settle: Settle<Answer>, choose: () => Thread): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    const thread = choose();
    const id = this.#orders++;
    thread.worker.postMessage({ id, order } satisfies OrderMessage);
    const { limit } = this.#settings;
    const timer = limit && setTimeout(() => this.#overdue(thread), limit.milliseconds);
    this.#waiting.set(id, { order, thread, timer, ...settle });
    thread.busy++;
  }

  #idlest(): Thread {
    const shared = [...this.#threads].filter(({ single }) => !single);
    const least = Math.min(...shared.map(({ busy }) => busy));
    const idlest = shared.find(({ busy }) => busy === least);
    return idlest !== undefined && (least === 0 || shared.length >= this.#settings.most) ? idlest : this.#start(false);
  }

  #start(single: boolean): Thread {
    const { program, job, setup } = this.#settings;
    // Options of Node's command line, such as a loader for tests, are not for the thread.
    const worker = startWorker(program, { workerData: { job, setup } satisfies ThreadData, execArgv: [] });
    const thread: Thread = { worker, busy: 0, single };
    this.#threads.add(thread);
    worker.on('message', ({ id, answer }: AnswerMessage) => {
      const waiting = this.#taken(id);
      if (waiting === undefined) return;
      thread.busy--;
      if (single) void this.#endThread(thread);
      waiting.resolve(answer as Answer);
    });
    worker.on('messageerror', (error) => this.#fail(threadFailure(error)));
    worker.on('error', (error) => this.#fail(threadFailure(error)));
    worker.on('exit', () => this.#threads.has(thread) && this.#fail(threadFailure()));
    return thread;
  }

  /** Takes an order off the list; undefined where it is no longer waited for. */
  #taken(id: number): Waiting<Order, Answer> | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  /**
   * A thread did not answer in time, so it is replaced. Of several orders that it has, any one may keep it: each is tried again in a
   * thread of its own, so that only the one at fault gets the late answer.
   */
  #overdue(thread: Thread): void {
    const ids = [...this.#waiting].filter(([, waiting]) => waiting.thread === thread).map(([id]) => id);
    const orders = ids.map((id) => this.#taken(id) as Waiting<Order, Answer>);
    void this.#endThread(thread);
    for (const { order, resolve, reject } of orders) {
      if (orders.length === 1) resolve((this.#settings.limit as OrderLimit<Order, Answer>).late(order));
      else this.#tryAgain(order, { resolve, reject });
    }
  }

  #tryAgain(order: Order, { resolve, reject }: Settle<Answer>): void {
    this.#triedAgain = this.#triedAgain
      .then(() => this.#answerOf(order, () => this.#start(true)))
      .then(resolve, reject);
  }

  async #endThread(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    await thread.worker.terminate();
  }

  /** Only the first error counts: what fails after it mostly fails because of it. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const thread of this.#threads) void this.#endThread(thread);
    for (const id of [...this.#waiting.keys()]) this.#taken(id)?.reject(this.#failure.error);
  }
}

/** Node throws where the system refuses a thread, and tells all later errors as events. */
function startWorker(program: string, options: WorkerOptions): Worker {
  try {
    return new Worker(program, options);
  } catch (error) {
    throw threadFailure(error);
  }
}
