/** Products by several threads: the program's side of product-worker.ts. For models that are read from files on this machine. */

import { Worker } from 'node:worker_threads';
import type { KernelProgram } from '../tensor-data/values/simd-kernels.js';
import { threadFailure } from '../workers/thread-failure.js';
import { TraceError } from './inference-error.js';
import { type Products, rowsAtOnce } from './matmul.js';
import type { StoredRows } from './stored-tensors.js';

/** Rows of a matrix to multiply, told to all threads. */
export interface ProductJob {
  path: string;
  /** Of the first row in that file. */
  position: number;
  matrix: StoredRows;
  rows: number;
  /** Rows of a piece. */
  each: number;
  inputs: Float32Array<SharedArrayBuffer>;
  /** How many vectors they are. */
  count: number;
  /** Of the first vector with all rows, then of the next. */
  products: Float32Array<SharedArrayBuffer>;
  /** Pieces that threads have taken. */
  taken: Int32Array<SharedArrayBuffer>;
}

/** `worker` is the path of the built product-worker, `paths` are the files of the model by their numbers, less 1. */
export function threadProducts(
  { worker, program, threads }: { worker: string; program: KernelProgram; threads: number },
  paths: readonly (string | undefined)[],
): Products {
  const workers = Array.from({ length: threads }, () => new ThreadOfProducts(worker, program));
  return {
    async multiply({ matrix, first, rows }, inputs, into) {
      const { number, offset } = matrix.shard;
      const job: ProductJob = {
        path: paths[number - 1] as string,
        position: offset + first * matrix.bytesPerRow,
        ...{ matrix, rows, each: rowsAtOnce(matrix, rows), count: inputs.count },
        inputs: shared(inputs.values.length),
        products: shared(rows * inputs.count),
        taken: new Int32Array(new SharedArrayBuffer(4)),
      };
      job.inputs.set(inputs.values);
      const whole = await Promise.all(workers.map((one) => one.multiply(job)));
      if (whole.includes(false)) {
        throw new TraceError('data-missing', `the file ends before the data of ${matrix.name} does`);
      }
      for (let t = 0; t < inputs.count; t++) {
        into.values.set(job.products.subarray(t * rows, (t + 1) * rows), t * into.length);
      }
    },
    async close() {
      await Promise.all(workers.map((one) => one.stop()));
    },
  };
}

function shared(numbers: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * numbers));
}

/** One thread and the jobs that it has been told, in their order. */
class ThreadOfProducts {
  private readonly worker: Worker;
  private failure: unknown;
  private readonly waiting: { resolve: (whole: boolean) => void; reject: (error: unknown) => void }[] = [];

  constructor(path: string, program: KernelProgram) {
    // Options of Node's command line, such as a loader for tests, are not for it.
    this.worker = new Worker(path, { workerData: { program }, execArgv: [] });
    this.worker.on('message', (whole: boolean) => this.waiting.shift()?.resolve(whole));
    this.worker.on('error', (error) => this.fail(threadFailure(error)));
    this.worker.on('exit', () => this.fail(threadFailure()));
  }

  multiply(job: ProductJob): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(job);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
