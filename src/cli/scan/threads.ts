/**
 * Threads that scan models. Reading a header is work for the processor, so there are as many threads as it has cores. A thread itself gives
 * up a model that waits for too long; a thread that no longer answers is ended from here.
 */

import { WorkerPool } from '../../workers/pool.js';
import { lineOf, type ScanAnswer, type ScanOrder, type ScanSetup } from './scan-job.js';
import { overdueModel } from './time-limit.js';

export type ScanThreads = WorkerPool<ScanSetup, ScanOrder, ScanAnswer>;

/** Milliseconds beyond the limit in which a thread that can still answer does so, and in which a new one has started. */
const GRACE = 5000;

/** `program` is the path of the built worker; at most `most` threads are started, each when the others are busy. */
export function scanThreads(program: string, most: number, setup: ScanSetup): ScanThreads {
  const { timeLimit } = setup.question;
  const limit = {
    milliseconds: timeLimit + GRACE,
    late: ({ target }: ScanOrder) => lineOf(overdueModel(target, timeLimit)),
  };
  return new WorkerPool({ program, job: 'scan', setup, most, limit });
}
