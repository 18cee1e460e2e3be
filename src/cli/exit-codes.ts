/** All exit codes. */

export const EXIT = {
  /** Success; also if the reader of the output has closed it. */
  fine: 0,
  /** Findings at or above the level of `--fail-on`, or files that differ. */
  findings: 1,
  /** The input could not be read, or the command line is wrong. */
  failed: 2,
} as const;

/** Signals that stop the work early. The code is 128 plus the number of the signal, as shells report a program that a signal ended. */
export const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof STOPPED;
