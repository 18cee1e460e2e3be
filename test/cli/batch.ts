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

/** The outcomes in the order of the jobs. The working folder is the project's; standard input is not to be read. */
export function runAll(jobs: readonly Job[]): Outcome[] {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [BATCH], {
    cwd: PROJECT_FOLDER,
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
