/** Chooses the fastest way to multiply for a given amount of work: each way takes longer to start than the one before. */

import { availableParallelism } from 'node:os';
import type { BlockSource } from '../io/block-source.js';
import { type Products, plainProducts } from './matmul.js';

/** Number of multiplications from which loading the WebAssembly kernels pays off, and from which starting threads does. */
const KERNELS_FROM = 1e5;
const THREADS_FROM = 1e9;

/** With more threads the disk becomes the bottleneck, and each thread takes memory. */
const MOST_THREADS = 8;

export interface WaysToMultiply {
  source: BlockSource;
  /** Paths of the model's files by file number minus 1; null if they are not on this machine. */
  paths: readonly (string | undefined)[] | null;
  /** Paths of the built kernels and the built worker; without them everything is computed in plain TypeScript. */
  kernels: string | undefined;
  worker: string | undefined;
}

/** `work` is the number of multiplications to be done. */
export async function chooseProducts(work: number, ways: WaysToMultiply): Promise<Products> {
  const { source, paths, kernels, worker } = ways;
  if (work < KERNELS_FROM || kernels === undefined) return plainProducts(source);
  const { loadKernels } = await import('../tensor-data/values/simd-kernels.js');
  const program = loadKernels(kernels);
  if (program === undefined) return plainProducts(source);
  const threads = Math.min(MOST_THREADS, availableParallelism());
  if (work < THREADS_FROM || paths === null || worker === undefined || threads < 2) {
    return (await import('./simd-matmul.js')).simdProducts(source, program);
  }
  return (await import('./thread-matmul.js')).threadProducts({ worker, program, threads }, paths);
}
