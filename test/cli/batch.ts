/** Many command lines through the built program in one process (batch.cjs), for loops over all fixtures. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Outcome, PROJECT_FOLDER, plainEnvironment } from './run.js';

export interface Job {
  args: readonly string[];
  env?: Record<string, string>;
}

/** An outcome, and what it took. */
export interface Measured extends Outcome {
  /** Of all threads. */
  cpuMilliseconds: number;
  /** The most memory that the process of the batch has had until then. */
  peakBytes: number;
}

export const BATCH = fileURLToPath(new URL('batch.cjs', import.meta.url));

export interface BatchOptions {
  /** The file that starts the program; the built one is it otherwise. */
  start?: string;
  /** The working folder; the project's otherwise. */
  cwd?: string;
}

/** The outcomes in the order of the jobs. Standard input is not to be read. */
export function runAll(jobs: readonly Job[], { start, cwd = PROJECT_FOLDER }: BatchOptions = {}): Outcome[] {
  const words = start === undefined ? [BATCH] : [BATCH, start];
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
