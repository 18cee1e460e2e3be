/** Many command lines through the built program in one process (batch.cjs), for loops over all fixtures. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Outcome, PROJECT_FOLDER, plainEnvironment } from './run.js';

export interface Job {
  args: readonly string[];
  env?: Record<string, string>;
}

/** An outcome, and the time and memory that the run took. */
export interface Measured extends Outcome {
  /** Processor time of all threads. */
  cpuMilliseconds: number;
  /** The peak memory of the batch's process up to then. */
  peakBytes: number;
}

export const BATCH = fileURLToPath(new URL('batch.cjs', import.meta.url));

export interface BatchOptions {
  /** The file that starts the program. Default: the built program. */
  start?: string;
  /** The working folder. Default: the project's. */
  cwd?: string;
}

/**
 * The program collects garbage often, so that it needs little memory, and each run leaves a whole program as garbage: in a long batch that
 * would take half of the time.
 */
const ROOM_FOR_GARBAGE = ['--single-threaded-gc', '--min-semi-space-size=32', '--max-semi-space-size=32'];

/** Returns the outcomes in the order of the jobs. The runs must not read standard input. */
export function runAll(jobs: readonly Job[], { start, cwd = PROJECT_FOLDER }: BatchOptions = {}): Outcome[] {
  const words = [...ROOM_FOR_GARBAGE, BATCH, ...(start === undefined ? [] : [start])];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, words, {
    cwd,
    env: plainEnvironment(),
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const outcomes = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Measured);
  if (status !== 0 || outcomes.length < jobs.length) {
    throw new Error(`the batch ended early (${status ?? signal}): ${stderr}`);
  }
  return outcomes.map(({ stdout, stderr, code }) => ({ stdout, stderr, code }));
}
