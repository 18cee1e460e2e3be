/** The program's side of value-worker.ts: starts threads, gives each new jobs as it ends old ones, and hands the sums on in order. */

import { closeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadFailure } from '../workers/thread-failure.js';
import { PieceReader, type ValuePiece } from './value-pieces.js';
import { pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';
import type { ValueSums } from './values/value-sums.js';

/** The sums of a job's pieces; null for a piece that the file does not hold whole. */
export type JobSums = readonly (ValueSums | null)[];

/** What does the jobs. `done` is told each job's sums, in the order of the jobs. */
export type JobRunner = (
  jobs: Iterator<readonly ValuePiece[], void, void>,
  done: (job: readonly ValuePiece[], sums: JobSums) => void,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** Jobs that a thread has at once: the next one waits there while the last one's sums are on their way. */
const JOBS_AHEAD = 2;

/** A thread may be so many jobs ahead of the slowest one: what waits for its turn stays small. */
const MOST_WAITING = 64;

/** Does the jobs in this thread, looking at what else has happened after each. */
export function runHere(kernels: KernelProgram | undefined): JobRunner {
  return async (jobs, done, signal) => {
    const reader = new PieceReader(pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels)));
    try {
      for (let next = jobs.next(); !next.done && !signal?.aborted; next = jobs.next()) {
        done(
          next.value,
          next.value.map((piece) => reader.read(piece)),
        );
        await new Promise(setImmediate);
      }
    } finally {
      for (const file of reader.descriptors) closeSync(file);
    }
  };
}

/** Does the jobs in so many threads; `program` is the path of the built value-worker. Rejects with the error of a thread. */
export function runInThreads(program: string, threads: number, kernels: KernelProgram | undefined): JobRunner {
  return async (jobs, done, signal) => {
    // Options of Node's command line, such as a loader for tests, are not for them.
    const start = () => new Worker(program, { workerData: { kernels }, execArgv: [] });
    const workers = Array.from({ length: threads }, start);
    let stop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        const turns = inTurns(jobs, done);
        const busy = new Map(workers.map((worker) => [worker, [] as number[]]));
        const feedAll = () => {
          for (const [worker, own] of busy) {
            while (own.length < JOBS_AHEAD) {
              const job = turns.next();
              if (job === undefined) break;
              own.push(job.number);
              worker.postMessage(job.pieces);
            }
          }
          if ([...busy.values()].every((own) => own.length === 0)) resolve();
        };
        for (const [worker, own] of busy) {
          worker.on('message', (sums: JobSums) => {
            if (signal?.aborted) return;
            turns.finish(own.shift() as number, sums);
            feedAll();
          });
          worker.on('error', (error) => reject(threadFailure(error)));
          worker.on('exit', () => reject(threadFailure()));
        }
        if (signal?.aborted) resolve();
        stop = resolve;
        signal?.addEventListener('abort', stop);
        feedAll();
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  };
}

/** Numbers the jobs as they are taken, and keeps the sums of those that end before an earlier one does. */
function inTurns(
  jobs: Iterator<readonly ValuePiece[], void, void>,
  done: (job: readonly ValuePiece[], sums: JobSums) => void,
) {
  const open = new Map<number, { pieces: readonly ValuePiece[]; sums?: JobSums }>();
  let taken = 0;
  let told = 0;
  return {
    /** The next job; undefined where there is none, or too many wait for one that is slow. */
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
