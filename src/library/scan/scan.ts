/** Scans many models and yields a line for each as soon as it is done. */

import { availableParallelism } from 'node:os';
import { whileReading } from '../../io/open-file.js';
import { type HeaderRules, headersBy } from '../../locate/header-rules.js';
import { unreadableModel } from '../../report/scan-report.js';
import { WorkerPool } from '../../workers/pool.js';
import { built } from '../built.js';
import { errorEntry } from '../error-entry.js';
import { inParallel } from '../in-parallel.js';
import { lineOf, type ScanAnswer, type ScanOrder, type ScanSetup } from './scan-job.js';
import { overdueModel, type ScanQuestion, scanModel } from './scan-model.js';
import type { ScanTarget } from './scan-targets.js';

/** The context that most people ask about, and the lengths that most models are trained for. */
const USUAL_LENGTHS: readonly number[] = [4096, 32_768, 131_072];

/**
 * Milliseconds for one model: enough for the header of a split model over a slow connection, but not so long that a server delays a scan by
 * hours.
 */
const USUAL_LIMIT = 120_000;

/** With more models at the same time, they would only wait for each other. */
const MOST_JOBS = 256;

/** For that many headers, reading them is faster than starting threads. */
const WITHOUT_THREADS = 8;

/** Milliseconds added to the limit: time for a slow thread to answer itself, or for a new thread to start. */
const GRACE = 5000;

export interface ScanSettings {
  /** Context lengths for the memory estimates. */
  contextLengths?: readonly number[] | undefined;
  /** Milliseconds for one model. */
  timeLimit?: number | undefined;
  /** Models that are read at the same time. */
  jobs?: number | undefined;
  headers: HeaderRules;
  signal?: AbortSignal | undefined;
}

/**
 * The line of each target, in the order in which they are done. Reading headers needs the processor, so there are as many threads as cores;
 * a thread that no longer answers is ended. Without the built worker, everything runs in this thread.
 */
export async function* scanAnswers(
  targets: AsyncIterable<ScanTarget>,
  { contextLengths = USUAL_LENGTHS, timeLimit, jobs, headers, signal }: ScanSettings,
): AsyncGenerator<ScanAnswer, void, void> {
  const cores = availableParallelism();
  const most = jobs === undefined ? Math.max(4, 2 * cores) : Math.min(MOST_JOBS, jobs);
  const question: ScanQuestion = { contextLengths, timeLimit: timeLimit ?? USUAL_LIMIT };
  // Only a thread can be stopped whatever it does, so with a limit of the user all models are read in threads, the first ones too.
  const limited = timeLimit !== undefined;
  const program = limited || Math.min(cores, most) > 1 ? built('worker.cjs') : undefined;
  const threads =
    program === undefined ? undefined : scanThreads(program, Math.min(cores, most), { question, headers });
  const headersFor = headersBy(headers);
  let begun = 0;
  const scanOne = async ({ target, found = false, error }: ScanTarget): Promise<ScanAnswer> => {
    const alone = begun++ < (limited ? 0 : WITHOUT_THREADS);
    if (error !== undefined) return lineOf(unreadableModel(target, errorEntry(error), 0));
    if (threads !== undefined && !alone) return await whileReading(target, threads.ask({ target, found }));
    return lineOf(await scanModel(target, found, question, headersFor));
  };
  try {
    yield* inParallel(targets, most, scanOne, signal);
  } finally {
    await threads?.end();
  }
}

/** `program` is the path of the built worker. At most `most` threads are started, each one when the others are busy. */
function scanThreads(program: string, most: number, setup: ScanSetup): WorkerPool<ScanSetup, ScanOrder, ScanAnswer> {
  const { timeLimit } = setup.question;
  const limit = {
    milliseconds: timeLimit + GRACE,
    late: ({ target }: ScanOrder) => lineOf(overdueModel(target, timeLimit)),
  };
  return new WorkerPool({ program, job: 'scan', setup, most, limit });
}
