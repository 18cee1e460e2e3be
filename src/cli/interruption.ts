/**
 * Handles Ctrl-C, SIGTERM and SIGHUP as a request to stop, in the same way for every command: `untilInterrupted` is around every run, so a
 * new command needs no code for it. Work that can show a partial result runs in `withInterruption`. A second signal ends the program at
 * once, by the system's default.
 */

import { ExplainedError } from '../explained-error.js';
import { STOPPED, type StopSignal } from './exit-codes.js';

/** A signal stopped the work. */
export class Interrupted extends ExplainedError<'interrupted'> {
  readonly signal: StopSignal;

  /** `rest` ends the sentence. */
  constructor(signal: StopSignal, rest = '', hint?: string) {
    super('interrupted', `stopped by ${signal === 'SIGINT' ? 'Ctrl-C' : signal}${rest}`, { hint });
    this.signal = signal;
  }
}

/** Milliseconds after a signal in which work can show what it has found. */
const GRACE = 5000;

/** A process runs one command, and a signal is for the whole process, so one variable is enough. */
let arrived: StopSignal | undefined;
let working: Set<AbortController> | undefined;

/** The signal that asked to stop, if there was one. */
export function interruptedBy(): StopSignal | undefined {
  return arrived;
}

/** Runs a command. Rejects with Interrupted when a signal arrives; work in `withInterruption` may finish first. */
export async function untilInterrupted(run: () => Promise<unknown>): Promise<void> {
  let end: (error: Interrupted) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  const names = Object.keys(STOPPED) as StopSignal[];
  let patience: NodeJS.Timeout | undefined;
  const listeners = names.map((name) => {
    const stop = () => {
      arrived = name;
      ignoreAll();
      if (working === undefined) return end(new Interrupted(name));
      for (const controller of working) controller.abort();
      patience = setTimeout(() => end(new Interrupted(name)), GRACE);
    };
    process.once(name, stop);
    return stop;
  });
  const ignoreAll = () => {
    for (const [i, name] of names.entries()) process.removeListener(name, listeners[i] as () => void);
  };
  try {
    await Promise.race([run(), ended]);
  } finally {
    clearTimeout(patience);
    ignoreAll();
  }
}

/**
 * Runs work that, when its signal is aborted, soon returns what it has found so far. The command then shows that, and still ends with the
 * exit code of the signal.
 */
export async function withInterruption<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  if (arrived !== undefined) controller.abort();
  working ??= new Set();
  working.add(controller);
  try {
    return await run(controller.signal);
  } finally {
    working.delete(controller);
    // After a signal `working` stays defined, because the command still shows what was found.
    if (working.size === 0 && arrived === undefined) working = undefined;
  }
}

/** Closes an input. If a read is running, closing waits for it; a process that is about to end does not. */
export async function closeInput(input: { close(): Promise<void> }): Promise<void> {
  const closing = input.close();
  if (arrived === undefined) await closing;
  else closing.catch(() => undefined);
}
