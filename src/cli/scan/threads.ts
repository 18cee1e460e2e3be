/**
 * Threads that scan models: reading a header is work for the processor, so there are as many as it has cores. A thread ends a model
 * that waits for too long by itself. One that does not answer any more is ended from here: of its models the one that is at fault is
 * found by trying each again in a thread of its own, so that none of the others is lost.
 */

import { Worker } from 'node:worker_threads';
import { threadFailure } from '../../workers/thread-failure.js';
import type { HeaderRules } from '../locate-target.js';
import type { ScanQuestion } from './scan-model.js';
import { overdueModel } from './time-limit.js';

/** What a thread is started with. */
export interface ThreadSetup {
  question: ScanQuestion;
  headers: HeaderRules;
}

/** What a thread is told, and what it answers: the line without its end. */
export interface Order {
  id: number;
  target: string;
  found: boolean;
}
export type Answer = { id: number; line: string; unreadable: boolean };

interface Thread {
  worker: Worker;
  busy: number;
  /** For one model by itself, which may be the one that a thread was ended for. */
  alone: boolean;
}

interface Waiting extends Order {
  thread: Thread;
  timer: NodeJS.Timeout;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Milliseconds beyond the limit in which a thread that can still answer does so, and in which a new one has started. */
const GRACE = 5000;

export class ScanThreads {
  readonly #program: string;
  readonly #most: number;
  readonly #setup: ThreadSetup;
  readonly #grace: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;
  #failure: { error: unknown } | undefined;
  /** The last of the models that are tried again, one after the other: a thread for each at once could be hundreds. */
  #triedAgain: Promise<void> = Promise.resolve();

  /** `program` is the path of the built scan-worker; at most `most` threads are started, each when the others are busy. */
  constructor(program: string, most: number, setup: ThreadSetup, grace = GRACE) {
    this.#program = program;
    this.#most = most;
    this.#setup = setup;
    this.#grace = grace;
  }

  /** Rejects where a thread fails, which no input may bring about. */
  /** `found`: see `scanModel`. */
  scan(target: string, found: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#give({ id: this.#orders++, target, found, resolve, reject }, this.#idlest());
    });
  }

  async stop(): Promise<void> {
    this.#failure ??= { error: new Error('the scan has ended') };
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)));
  }

  #give(order: Omit<Waiting, 'thread' | 'timer'>, thread: Thread): void {
    if (this.#failure !== undefined) {
      order.reject(this.#failure.error);
      return;
    }
    const timer = setTimeout(() => this.#overdue(thread), this.#setup.question.timeLimit + this.#grace);
    this.#waiting.set(order.id, { ...order, thread, timer });
    thread.busy++;
    thread.worker.postMessage({ id: order.id, target: order.target, found: order.found } satisfies Order);
  }

  /** The thread does not answer. Of several models that it has, any one may be what keeps it. */
  #overdue(thread: Thread): void {
    const all = [...this.#waiting.values()].filter((waiting) => waiting.thread === thread);
    for (const { id, timer } of all) {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
    void this.#end(thread);
    for (const order of all) {
      if (all.length > 1) this.#tryAgain(order);
      else order.resolve({ id: order.id, line: this.#overdueLine(order.target), unreadable: true });
    }
  }

  #tryAgain(order: Order & Pick<Waiting, 'resolve' | 'reject'>): void {
    const answered = () =>
      new Promise<Answer>((resolve, reject) => {
        // Nothing is started any more where the scan has ended.
        if (this.#failure === undefined) this.#give({ ...order, resolve, reject }, this.#start(true));
        else reject(this.#failure.error);
      });
    this.#triedAgain = this.#triedAgain.then(answered).then(order.resolve, order.reject);
  }

  #overdueLine(target: string): string {
    return JSON.stringify(overdueModel(target, this.#setup.question.timeLimit));
  }

  #idlest(): Thread {
    const shared = [...this.#threads].filter(({ alone }) => !alone);
    const idlest = shared.reduce<Thread | undefined>(
      (best, thread) => (best === undefined || thread.busy < best.busy ? thread : best),
      undefined,
    );
    return idlest !== undefined && (idlest.busy === 0 || shared.length >= this.#most) ? idlest : this.#start(false);
  }

  #start(alone: boolean): Thread {
    // Options of Node's command line, such as a loader for tests, are not for it.
    const worker = new Worker(this.#program, { workerData: this.#setup, execArgv: [] });
    const thread: Thread = { worker, busy: 0, alone };
    this.#threads.add(thread);
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      if (waiting?.thread !== thread) return;
      clearTimeout(waiting.timer);
      this.#waiting.delete(answer.id);
      thread.busy--;
      if (alone) void this.#end(thread);
      waiting.resolve(answer);
    });
    worker.on('error', (error) => this.#fail(threadFailure(error)));
    worker.on('exit', () => this.#fail(threadFailure()));
    return thread;
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    thread.worker.removeAllListeners('exit');
    await thread.worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
