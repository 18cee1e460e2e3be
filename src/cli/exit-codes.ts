/** The exit codes, all of them. */

export const EXIT = {
  /** All is well, or a reader of our output went away. */
  fine: 0,
  /** Findings at or above the level that was asked for, or files that differ. */
  findings: 1,
  /** Could not read the input, or the command line made no sense. */
  failed: 2,
  /** Ctrl-C ended the work early; what was found is printed. The number is what shells give a program that it ends. */
  interrupted: 130,
} as const;
