/** The progress of the command's work, for the message when it is stopped early. */

export interface WorkDone {
  /** What happens to the data: `hashed`, `read`. */
  verb: string;
  done: number;
  /** Undefined if the total is not known. */
  total?: number | undefined;
  /** What is counted; bytes by default. */
  unit?: 'model' | undefined;
  /** A note on what has been printed already. */
  hint?: string | undefined;
  /** Removes the progress bar, so that a sentence can follow. */
  clear?: (() => void) | undefined;
}

let latest: WorkDone | undefined;

/** Makes this the latest work; the caller keeps `done` up to date. */
export function noteWork(work: WorkDone): void {
  latest = work;
}

/** The latest work, running or finished. */
export function latestWork(): WorkDone | undefined {
  return latest;
}
