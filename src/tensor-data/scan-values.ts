/**
 * The scan of all weights: every number of every tensor, once, in constant memory. Threads read the files in pieces and send back sums;
 * those of a tensor are added up in the order of its rows, so the result is the same for any number of threads.
 */

import { availableParallelism } from 'node:os';
import type { BlockSource } from '../io/block-source.js';
import { type ReadableData, totalBytes } from './tensor-data.js';
import { valueJobs } from './value-pieces.js';
import { type JobRunner, runHere, runInThreads } from './value-threads.js';
import { loadKernels } from './values/simd-kernels.js';
import { mergeSums, noValues, type ValueSums } from './values/value-sums.js';

/** Below this starting threads takes longer than they save. */
const THREADS_FROM_BYTES = 16 * 1024 * 1024;

/** With more threads than this it is the disk that is waited for, and each takes memory. */
const MOST_THREADS = 8;

export interface ScanOptions {
  /** Paths of the built worker and of the built kernels; without the first all is done in this thread, without the second slowly. */
  worker?: string | undefined;
  kernels?: string | undefined;
  /** Paths of the files by their numbers, less 1; null where `source` reads them, in this thread and in the order of the tensors. */
  paths: readonly (string | undefined)[] | null;
  source?: BlockSource | undefined;
  /** How many threads; as many as the machine has cores where it is not said, at most 8. */
  threads?: number | undefined;
  /** Ends the scan early, with what was found so far. */
  signal?: AbortSignal | undefined;
  /** Is told the bytes that have been scanned so far. */
  onProgress?: ((bytes: number) => void) | undefined;
  /** Is told each tensor as it is done, in their order, by its place in the list. */
  onTensor?: ((tensor: number, sums: ValueSums) => void) | undefined;
}

export interface ScannedValues<Kept = ValueSums> {
  /** For each tensor what was kept of its sums; null where its file ends before its data does, undefined where the scan did not come so far. */
  sums: readonly (Kept | null | undefined)[];
  /** Whether all tensors were scanned: false after an early end. */
  complete: boolean;
  /** Bytes that were scanned. */
  bytes: number;
}

/**
 * Scans tensors in their order. Rejects with the system's error (with `code`) where a file cannot be read. `keep` makes what is kept of the
 * sums of a tensor, as soon as it has been scanned: its histogram is large, and there can be thousands of tensors.
 */
export async function scanValues<Kept = ValueSums>(
  tensors: readonly ReadableData[],
  options: ScanOptions,
  keep = (sums: ValueSums) => sums as Kept,
): Promise<ScannedValues<Kept>> {
  return await scanWith(runner(tensors, options), tensors, options, keep);
}

/** The same with a runner of the caller's, who has many short lists of tensors to scan. */
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
