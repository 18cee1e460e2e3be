/**
 * Runs the built program, many runs in one process (test/cli/batch.cjs), and watches each run: one that never ends is ended and reported.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BATCH, type Job, type Measured } from '../cli/batch.js';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';

/**
 * Processor time after which a run is ended, and the longest time without any use of the processor, after which it counts as waiting for
 * ever. In seconds.
 */
const MOST_CPU_SECONDS = 4;
const MOST_IDLE_SECONDS = 60;

/** How a run ended: with an outcome, or with the end of its process. */
export type Ended = Measured | { died: string };

/** Returns the outcomes in the order of the jobs. When a process dies or is ended, another takes the remaining jobs. */
export async function runWatched(jobs: readonly Job[]): Promise<Ended[]> {
  const outcomes: Ended[] = [];
  while (outcomes.length < jobs.length) {
    const { told, died } = await runBatch(jobs.slice(outcomes.length));
    outcomes.push(...told);
    if (outcomes.length < jobs.length) outcomes.push({ died });
  }
  return outcomes;
}

function runBatch(jobs: readonly Job[]): Promise<{ told: Measured[]; died: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...plainEnvironment(), COLUMNS: '100' };
    const child = spawn(process.execPath, [BATCH], { cwd: PROJECT_FOLDER, env, stdio: 'pipe' });
    const told: Measured[] = [];
    let ending = '';
    let stderr = '';
    let rest: Buffer[] = [];
    let begun = 0;
    let last = { cpu: 0, time: performance.now() };
    const watch = setInterval(() => {
      const cpu = cpuSeconds(child.pid as number);
      // On a busy machine a process with work to do makes slow progress; one that waits makes none.
      if (cpu > last.cpu) last = { cpu, time: performance.now() };
      const idle = (performance.now() - last.time) / 1000;
      if (cpu - begun < MOST_CPU_SECONDS && idle < MOST_IDLE_SECONDS) return;
      ending = idle >= MOST_IDLE_SECONDS ? 'waits for ever' : `took more than ${MOST_CPU_SECONDS} s of processor time`;
      child.kill('SIGKILL');
    }, 500);
    child.stdout.on('data', (chunk: Buffer) => {
      for (let from = 0; from < chunk.length; ) {
        const end = chunk.indexOf(10, from);
        rest.push(chunk.subarray(from, end < 0 ? undefined : end));
        if (end < 0) break;
        told.push(JSON.parse(Buffer.concat(rest).toString()) as Measured);
        rest = [];
        from = end + 1;
        begun = cpuSeconds(child.pid as number);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = `${stderr}${chunk}`.slice(-2000);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(jobs));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      resolve({ told, died: ending || `the process ended with ${code ?? signal}: ${stderr}` });
    });
  });
}

/** Processor time of a process so far; 0 where the system does not report it. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
