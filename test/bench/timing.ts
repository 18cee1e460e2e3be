/**
 * The stopwatch of the benchmark: runs commands as whole processes and measures their wall time from outside.
 *
 * All commands take turns (A B C A B C …), so that a machine that slows down or speeds up for a while does so for all of them. A ratio is
 * computed within one round; the result is the median of the ratios over the rounds. Covers no part of the GGUF specification.
 */

import { spawn } from 'node:child_process';

/** A process to start: the arguments, and a name that is unique within one measurement. */
export interface Command {
  name: string;
  /** Arguments for `process.execPath`, the Node that runs the benchmark. */
  args: readonly string[];
  /** Judges the program's output in its first run; a returned text says what is wrong with it. */
  verify?: (stdout: string) => string | undefined;
}

/** Wall times of one command in milliseconds, one for each round. */
interface Samples {
  name: string;
  milliseconds: number[];
}

interface RunOptions {
  /** Rounds that are timed. */
  runs: number;
  /** Rounds before them that are not timed. The first also verifies the output. */
  warmUp: number;
  onRound?: (round: number, rounds: number) => void;
}

/** A program that could not be started, exited with a code other than 0, or printed something wrong. */
export class ProgramFailed extends Error {
  constructor(name: string, reason: string) {
    super(`${name}: ${reason}`);
    this.name = 'ProgramFailed';
  }
}

interface Finished {
  milliseconds: number;
  stdout: string;
}

/**
 * The environment of every child process. Variables that change how Node itself starts are left out, since bare `node -e 0` is the
 * yardstick: tsx and coverage tools set such variables, and Node 20 reads a file of additional certificates at its start, which takes
 * longer than everything else that it does. The servers of the benchmark are on this machine and need no proxy.
 */
function childEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, NODE_V8_COVERAGE, NODE_COMPILE_CACHE, NODE_EXTRA_CA_CERTS, FORCE_COLOR, ...rest } = process.env;
  return { ...rest, no_proxy: '127.0.0.1', ...extra };
}

/**
 * Starts one process, reads all its output through a pipe as a shell pipeline would, and waits for its end.
 *
 * @param keepOutput whether stdout is returned; when timing, it is only read
 * @throws {ProgramFailed} when it does not start or ends with a code other than 0
 */
export function runOnce(
  command: Command,
  keepOutput: boolean,
  environment: Record<string, string> = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const env = childEnvironment(environment);
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, command.args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => keepOutput && stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => reject(new ProgramFailed(command.name, error.message)));
    child.on('close', (code, signal) => {
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      if (code === 0) return resolve({ milliseconds, stdout: Buffer.concat(stdout).toString() });
      const said = Buffer.concat(stderr).toString().trim().split('\n').slice(0, 5).join('\n');
      reject(new ProgramFailed(command.name, `ended with ${signal ?? `exit code ${code}`}${said && `\n${said}`}`));
    });
  });
}

/**
 * Times commands in turns.
 *
 * @returns samples in the order of the commands; index i of each comes from the same round
 * @throws {ProgramFailed} at the first run of any command that fails
 */
export async function timeInTurns(commands: readonly Command[], options: RunOptions): Promise<Samples[]> {
  const samples = commands.map(({ name }) => ({ name, milliseconds: [] as number[] }));
  const rounds = options.warmUp + options.runs;
  for (let round = 0; round < rounds; round++) {
    options.onRound?.(round, rounds);
    for (const [index, command] of commands.entries()) {
      const { milliseconds, stdout } = await runOnce(command, round === 0);
      const complaint = round === 0 ? command.verify?.(stdout) : undefined;
      if (complaint !== undefined) throw new ProgramFailed(command.name, complaint);
      if (round >= options.warmUp) samples[index]!.milliseconds.push(milliseconds);
    }
  }
  return samples;
}
