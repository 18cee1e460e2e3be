/**
 * The main thread's side of the pool: it starts threads, gives them orders and returns their answers. There is one worker program;
 * `workerData` names the job that a thread does. `serve.ts` is the thread's side.
 */

import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { AnswerMessage, JobName, OrderMessage, ThreadData } from './serve.js';
import { threadFailure } from './thread-failure.js';

export interface PoolSettings<Setup, Order, Answer> {
  /** Path of the built worker program. */
  program: string;
  job: JobName;
  /** Passed to the job once, when its thread starts. */
  setup: Setup;
  /** Maximum number of threads. */
  most: number;
  /** Without a limit an order may take any time. */
  limit?: OrderLimit<Order, Answer>;
}

/** How long a thread may take to answer. */
export interface OrderLimit<Order, Answer> {
  milliseconds: number;
  /** The answer for an order that took too long. */
  late(order: Order): Answer;
}

interface Thread {
  worker: Worker;
  /** Number of orders that the thread has not answered yet. */
  busy: number;
  /** True for a thread that was started to retry one order: the order may be the reason why another thread was ended. */
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
 * Threads for one job. When one thread fails, every order fails with its error, later orders too: an order never waits forever for a thread
 * that has died.
 */
export class WorkerPool<Setup, Order, Answer> {
  readonly #settings: PoolSettings<Setup, Order, Answer>;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new Map<number, Waiting<Order, Answer>>();
  #orders = 0;
  #failure: { error: unknown } | undefined;
  /**
   * The retry that was queued last. Retries run one after the other: one thread for each at the same time could mean hundreds of threads.
   */
  #triedAgain: Promise<unknown> = Promise.resolve();

  constructor(settings: PoolSettings<Setup, Order, Answer>) {
    this.#settings = settings;
  }

  /** Gives the order to one thread: an idle one, a new one while there are fewer than `most`, else the one with the fewest orders. */
  ask(order: Order): Promise<Answer> {
    return this.#answerOf(order, () => this.#idlest());
  }

  /** Gives the same order to each of `most` threads, which divide the work among themselves through shared memory. */
  async askAll(order: Order): Promise<Answer[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    while (this.#threads.size < this.#settings.most) this.#start(false);
    return await Promise.all([...this.#threads].map((thread) => this.#answerOf(order, () => thread)));
  }

  /** Ends all threads, whatever they are doing. Unanswered orders are rejected. */
  async end(): Promise<void> {
    const ended = [...this.#threads].map((thread) => this.#endThread(thread));
    this.#fail(new Error('the threads have been ended'));
    await Promise.all(ended);
  }

  #answerOf(order: Order, choose: () => Thread): Promise<Answer> {
    return new Promise((resolve, reject) => this.#give(order, { resolve, reject }, choose));
  }

  /** Throws if the pool has failed, or if the chosen thread cannot be started. */
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
    // The thread must not inherit Node's command-line options, such as a loader for tests.
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

  /** Removes an order from the list; undefined if no caller waits for it any more. */
  #taken(id: number): Waiting<Order, Answer> | undefined {
    const waiting = this.#waiting.get(id);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  /**
   * A thread did not answer in time, so it is replaced. If it had several orders, any of them may be the cause: each is tried again in its
   * own thread, so that only the order that is too slow gets the late answer.
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

  /** Only the first error is kept: later ones are mostly its consequences. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const thread of this.#threads) void this.#endThread(thread);
    for (const id of [...this.#waiting.keys()]) this.#taken(id)?.reject(this.#failure.error);
  }
}

/** If the system refuses a thread, Node may throw; it reports all later errors as events. */
function startWorker(program: string, options: WorkerOptions): Worker {
  try {
    return new Worker(program, options);
  } catch (error) {
    throw threadFailure(error);
  }
}
