/** Threads that scan models: reading a header is work for the processor, so there are as many as it has cores. */

import { Worker } from 'node:worker_threads';

/** What a thread is started with. */
export interface ThreadSetup {
  contextLengths: readonly number[];
  headers: Readonly<Record<string, string>>;
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
}

interface Waiting {
  thread: Thread;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class ScanThreads {
  readonly #program: string;
  readonly #most: number;
  readonly #setup: ThreadSetup;
  readonly #threads: Thread[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;
  #failure: { error: unknown } | undefined;

  /** `program` is the path of the built scan-worker; at most `most` threads are started, each when the others are busy. */
  constructor(program: string, most: number, setup: ThreadSetup) {
    this.#program = program;
    this.#most = most;
    this.#setup = setup;
  }

  /** Rejects where a thread fails, which no input may bring about. */
  scan(target: string, found: boolean): Promise<Answer> {
    const thread = this.#idlest();
    const id = this.#orders++;
    thread.busy++;
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.error);
      this.#waiting.set(id, { thread, resolve, reject });
      thread.worker.postMessage({ id, target, found } satisfies Order);
    });
  }

  async stop(): Promise<void> {
    for (const { worker } of this.#threads) worker.removeAllListeners('exit');
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #idlest(): Thread {
    const idlest = this.#threads.reduce<Thread | undefined>(
      (best, thread) => (best === undefined || thread.busy < best.busy ? thread : best),
      undefined,
    );
    if (idlest !== undefined && (idlest.busy === 0 || this.#threads.length >= this.#most)) return idlest;
    const thread = { worker: this.#start(), busy: 0 };
    this.#threads.push(thread);
    return thread;
  }

  #start(): Worker {
    // Options of Node's command line, such as a loader for tests, are not for it.
    const worker = new Worker(this.#program, { workerData: this.#setup, execArgv: [] });
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id) as Waiting;
      this.#waiting.delete(answer.id);
      waiting.thread.busy--;
      waiting.resolve(answer);
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('a thread of the scan ended early')));
    return worker;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
