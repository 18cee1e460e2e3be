/**
 * The job of a multiplying thread, started by thread-matmul.ts. All threads get the same order. They take pieces of the matrix by a shared
 * counter, read them from the file themselves, and write the products into shared memory.
 */

import { openBlocks } from '../io/block-source.js';
import { readRows } from '../tensor-data/read-blocks.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { KernelProgram } from '../tensor-data/values/simd-kernels.js';
import type { Job } from '../workers/serve.js';
import { ProductKernels } from './matmul-kernels.js';

export interface MatmulSetup {
  kernels: KernelProgram;
}

export interface MatmulOrder {
  path: string;
  /** Its position refers to that file. */
  matrix: ReadableData;
  first: number;
  rows: number;
  /** Rows of a piece. */
  each: number;
  inputs: Float32Array<SharedArrayBuffer>;
  /** Number of vectors in `inputs`. */
  count: number;
  /** The products of the first vector with all rows, then those of the next vector. */
  products: Float32Array<SharedArrayBuffer>;
  /** Number of pieces that threads have taken. */
  taken: Int32Array<SharedArrayBuffer>;
}

/** Returns false if the file ends before the rows do. */
export const job: Job<MatmulSetup, MatmulOrder, boolean> = (setup) => {
  const kernels = new ProductKernels(setup.kernels);
  const files = new Map<string, ReturnType<typeof openBlocks>>();
  return ({ path, matrix, first, rows, each, inputs, count, products, taken }) => {
    const file = files.get(path) ?? openBlocks(path);
    files.set(path, file);
    const room = kernels.room(matrix, inputs, Math.min(each, rows));
    for (;;) {
      const row = Atomics.add(taken, 0, 1) * each;
      if (row >= rows) return true;
      const some = Math.min(each, rows - row);
      const bytes = room.bytes.subarray(0, some * matrix.rowBytes);
      // A local file is read synchronously.
      if ((readRows(matrix, file, first + row, bytes) as number) < bytes.length) return false;
      const own = room.multiply(some);
      for (let t = 0; t < count; t++) products.set(own.subarray(t * some, (t + 1) * some), t * rows + row);
    }
  };
};
