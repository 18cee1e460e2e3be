/** The main thread's side of value-job.ts: gives threads new jobs as they finish old ones, and passes the sums on in order. */

import { beforeAbort } from '../io/before-abort.js';
import type { BlockSource } from '../io/block-source.js';
import { WorkerPool } from '../workers/pool.js';
import type { JobSums, ValueSetup } from './value-job.js';
import { PieceReader, type ValuePiece } from './value-pieces.js';
import { type PieceScan, pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';
import type { ValueSums } from './values/value-sums.js';

/** Runs jobs. `done` is called with each job's sums, in job order. */
export type JobRunner = (
  jobs: Iterator<readonly ValuePiece[], void, void>,
  done: (job: readonly ValuePiece[], sums: JobSums) => void,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** Number of jobs given to a thread at a time: the next one is already there while the sums of the last one are sent. */
const JOBS_AHEAD = 2;

/** Maximum number of jobs ahead of the slowest one, which limits how many results wait for their turn. */
const MOST_WAITING = 64;

/**
 * Runs the jobs in this thread, handling other events after each. An abort does not wait for reads in progress. A runner may be called
 * again after it is done: its kernels are created once. `source` reads data that is not in a local file.
 */
export function runHere(kernels: KernelProgram | undefined, source?: BlockSource): JobRunner {
  let scan: PieceScan | undefined;
  return async (jobs, done, signal) => {
    scan ??= pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels));
    const reader = new PieceReader(scan, source);
    try {
      for (let next = jobs.next(); !next.done && !signal?.aborted; next = jobs.next()) {
        const sums: (ValueSums | null)[] = [];
        for (const piece of next.value) {
          const found = await beforeAbort(reader.read(piece), signal);
          if (found === undefined) return;
          sums.push(found);
        }
        done(next.value, sums);
        await new Promise(setImmediate);
      }
    } finally {
      await reader.close();
    }
  };
}

/** Runs the jobs in this many threads; `program` is the path of the built worker. Rejects with the error of a thread. */
export function runInThreads(program: string, threads: number, kernels: KernelProgram | undefined): JobRunner {
  return async (jobs, done, signal) => {
    const pool = new WorkerPool<ValueSetup, readonly ValuePiece[], JobSums>({
      ...{ program, job: 'values', setup: { kernels }, most: threads },
    });
    let stop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        const turns = inTurns(jobs, done);
        let open = 0;
        const feed = () => {
          while (open < JOBS_AHEAD * threads) {
            const job = turns.next();
            if (job === undefined) break;
            open++;
            pool
              .ask(job.pieces)
              .then((sums) => finish(job.number, sums))
              .catch(reject);
          }
          if (open === 0) resolve();
        };
        const finish = (number: number, sums: JobSums) => {
          if (signal?.aborted) return;
          open--;
          turns.finish(number, sums);
          feed();
        };
        stop = resolve;
        if (signal?.aborted) return resolve();
        signal?.addEventListener('abort', stop);
        feed();
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      await pool.end();
    }
  };
}

/** Numbers the jobs as they are taken, and keeps the sums of jobs that finish before an earlier one. */
function inTurns(
  jobs: Iterator<readonly ValuePiece[], void, void>,
  done: (job: readonly ValuePiece[], sums: JobSums) => void,
) {
  const open = new Map<number, { pieces: readonly ValuePiece[]; sums?: JobSums }>();
  let taken = 0;
  let told = 0;
  return {
    /** The next job; undefined if there is none, or if too many results wait for a slow job. */
    next(): { number: number; pieces: readonly ValuePiece[] } | undefined {
      if (taken - told >= MOST_WAITING) return undefined;
      const { value } = jobs.next();
      if (value === undefined) return undefined;
      open.set(taken, { pieces: value });
      return { number: taken++, pieces: value };
    },
    finish(number: number, sums: JobSums): void {
      (open.get(number) as { sums?: JobSums }).sums = sums;
      for (let first = open.get(told); first?.sums !== undefined; first = open.get(told)) {
        open.delete(told++);
        done(first.pieces, first.sums);
      }
    },
  };
}
