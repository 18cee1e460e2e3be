/** Which way of multiplying is the quickest for so much work: each takes longer to start than the one before. */

import { availableParallelism } from 'node:os';
import type { BlockSource } from '../io/block-source.js';
import { type Products, plainProducts } from './matmul.js';

/** From so many multiplications on, loading the WebAssembly kernels pays, and starting threads. */
const KERNELS_FROM = 1e5;
const THREADS_FROM = 1e9;

/** With more threads than this it is the disk that is waited for, and each takes memory. */
const MOST_THREADS = 8;

export interface WaysToMultiply {
  source: BlockSource;
  /** The files of the model by their numbers, less 1; null where they are not on this machine. */
  paths: readonly (string | undefined)[] | null;
  /** Paths of the built kernels and of the built worker; without them all is done in plain TypeScript. */
  kernels: string | undefined;
  worker: string | undefined;
}

/** `work` is the number of multiplications that are to be done. */
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
