/** The exit codes, all of them. */

export const EXIT = {
  /** All is well, or a reader of our output went away. */
  fine: 0,
  /** Findings at or above the level that was asked for, or files that differ. */
  findings: 1,
  /** Could not read the input, or the command line made no sense. */
  failed: 2,
} as const;

/** Signals that end the work early, each with 128 and its number: what shells give a program that the signal ends. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof STOPPED;
