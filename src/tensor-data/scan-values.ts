/**
 * Scans all weights: every number of every tensor, once, in constant memory. Threads read the files in pieces and return sums; a tensor's
 * sums are added in row order, so the result does not depend on the number of threads.
 */

import { availableParallelism } from 'node:os';
import type { BlockSource } from '../io/block-source.js';
import { type ReadableData, totalBytes } from './tensor-data.js';
import { valueJobs } from './value-pieces.js';
import { type JobRunner, runHere, runInThreads } from './value-threads.js';
import { loadKernels } from './values/simd-kernels.js';
import { mergeSums, noValues, type ValueSums } from './values/value-sums.js';

/** Below this size, starting threads takes longer than it saves. */
const THREADS_FROM_BYTES = 16 * 1024 * 1024;

/** With more threads the disk becomes the bottleneck, and each thread takes memory. */
const MOST_THREADS = 8;

export interface ScanOptions {
  /** Paths of the built worker and the built kernels; without the first everything runs in this thread, without the second slowly. */
  worker?: string | undefined;
  kernels?: string | undefined;
  /** Paths of the files by file number minus 1; null if `source` reads them, in this thread and in tensor order. */
  paths: readonly (string | undefined)[] | null;
  source?: BlockSource | undefined;
  /** Number of threads. Default: the number of CPU cores, at most 8. */
  threads?: number | undefined;
  /** Ends the scan early, with the results so far. */
  signal?: AbortSignal | undefined;
  /** Called with the number of bytes scanned so far. */
  onProgress?: ((bytes: number) => void) | undefined;
  /** Called for each tensor when it is done, in order, with its index in the list. */
  onTensor?: ((tensor: number, sums: ValueSums) => void) | undefined;
}

export interface ScannedValues<Kept = ValueSums> {
  /** For each tensor, the result of `keep`; null if its file ends too early, undefined if the scan did not reach it. */
  sums: readonly (Kept | null | undefined)[];
  /** Whether all tensors were scanned: false after an early end. */
  complete: boolean;
  /** Bytes scanned. */
  bytes: number;
}

/**
 * Scans tensors in order. Rejects with the system's error (with `code`) if a file cannot be read. `keep` reduces the sums of a tensor as
 * soon as it has been scanned, because its histogram is large and there can be thousands of tensors.
 */
export async function scanValues<Kept = ValueSums>(
  tensors: readonly ReadableData[],
  options: ScanOptions,
  keep = (sums: ValueSums) => sums as Kept,
): Promise<ScannedValues<Kept>> {
  return await scanWith(runner(tensors, options), tensors, options, keep);
}

/** The same with the caller's runner, for many short lists of tensors. */
export async function scanWith<Kept>(
  run: JobRunner,
  tensors: readonly ReadableData[],
  { paths, signal, onProgress, onTensor }: Pick<ScanOptions, 'paths' | 'signal' | 'onProgress' | 'onTensor'>,
  keep: (sums: ValueSums) => Kept,
): Promise<ScannedValues<Kept>> {
  const sums: (Kept | null | undefined)[] = new Array(tensors.length).fill(undefined);
  let bytes = 0;
  let current: ValueSums | null = noValues();
  let finished = 0;
  await run(
    valueJobs(tensors, paths),
    (job, found) => {
      for (const [i, piece] of job.entries()) {
        const own = found[i] ?? null;
        current = current === null || own === null ? null : mergeSums(current, own);
        bytes += piece.rows * piece.data.rowBytes;
        if (!piece.last) continue;
        sums[piece.tensor] = current && keep(current);
        if (current !== null) onTensor?.(piece.tensor, current);
        current = noValues();
        finished++;
      }
      onProgress?.(bytes);
    },
    signal,
  );
  return { sums, complete: finished === tensors.length, bytes };
}

function runner(tensors: readonly ReadableData[], { worker, kernels, threads, paths, source }: ScanOptions): JobRunner {
  const program = kernels === undefined ? undefined : loadKernels(kernels);
  if (paths === null) return runHere(program, source);
  const bytes = totalBytes(tensors);
  const count = threads ?? (bytes < THREADS_FROM_BYTES ? 1 : Math.min(MOST_THREADS, availableParallelism()));
  return worker === undefined || (threads === undefined && count < 2)
    ? runHere(program)
    : runInThreads(worker, count, program);
}
