/**
 * A thread that multiplies, a program of its own, started by thread-products.ts. Threads take pieces of a matrix from a counter that
 * they share, read them from the file themselves, and write the products into memory that they share.
 */

import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openRegularFile } from '../io/file.js';
import type { KernelProgram } from '../tensor-data/values/simd-kernels.js';
import { ProductKernels } from './matmul-kernels.js';
import type { ProductJob } from './thread-matmul.js';

const { program } = workerData as { program: KernelProgram };
const kernels = new ProductKernels(program);
const files = new Map<string, number>();

// Whoever fails here fails as the thread's error, which the program waits for.
parentPort?.on('message', (job: ProductJob) => parentPort?.postMessage(multiply(job)));

/** False where the file ends before the rows do. */
function multiply({ path, position, matrix, rows, each, inputs, count, products, taken }: ProductJob): boolean {
  const file = files.get(path) ?? openRegularFile(path);
  files.set(path, file);
  const room = kernels.room(matrix, inputs, Math.min(each, rows));
  for (;;) {
    const row = Atomics.add(taken, 0, 1) * each;
    if (row >= rows) return true;
    const some = Math.min(each, rows - row);
    if (!readWhole(file, room.bytes, some * matrix.bytesPerRow, position + row * matrix.bytesPerRow)) return false;
    const own = room.multiply(some);
    for (let t = 0; t < count; t++) products.set(own.subarray(t * some, (t + 1) * some), t * rows + row);
  }
}

function readWhole(file: number, target: Uint8Array, bytes: number, position: number): boolean {
  for (let done = 0; done < bytes; ) {
    const read = readSync(file, target, done, bytes - done, position + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
