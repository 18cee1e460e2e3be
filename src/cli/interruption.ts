/**
 * Ctrl-C, SIGTERM and SIGHUP as a request to stop, for every command alike: `untilInterrupted` is around whatever is run, so a new command
 * needs nothing for it. Work that has something to show for itself when it is cut short does so in `withInterruption`. A second
 * signal ends the program at once, as the system does it.
 */

import { ExplainedError } from '../explained-error.js';
import { STOPPED, type StopSignal } from './exit-codes.js';

/** A signal has ended the work. */
export class Interrupted extends ExplainedError<'interrupted'> {
  readonly signal: StopSignal;

  /** `rest` ends the sentence. */
  constructor(signal: StopSignal, rest = '', hint?: string) {
    super('interrupted', `stopped by ${signal === 'SIGINT' ? 'Ctrl-C' : signal}${rest}`, { hint });
    this.signal = signal;
  }
}

/** Milliseconds that work has after a signal to show what it has found. */
const GRACE = 5000;

/** A process runs one command, and a signal is for the process. */
let arrived: StopSignal | undefined;
let working: Set<AbortController> | undefined;

/** The signal that has asked to stop, if one has. */
export function interruptedBy(): StopSignal | undefined {
  return arrived;
}

/** Runs a command. Rejects with Interrupted when a signal comes; work in `withInterruption` may end first. */
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
 * Does work that ends soon after its signal is aborted, with what it has found by then: the command goes on to show it, and ends with
 * the exit code of the signal all the same.
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
    // After a signal the rest of the command is there to show what was found.
    if (working.size === 0 && arrived === undefined) working = undefined;
  }
}

/** Closes an input. One that is in the middle of a read closes only after it; a process that is about to end does not wait for that. */
export async function closeInput(input: { close(): Promise<void> }): Promise<void> {
  const closing = input.close();
  if (arrived === undefined) await closing;
  else closing.catch(() => undefined);
}
