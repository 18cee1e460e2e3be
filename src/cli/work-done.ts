/** How far the work of the command is, for whoever has to tell when it is ended early. */

export interface WorkDone {
  /** What is done with it: `hashed`, `read`. */
  verb: string;
  done: number;
  /** Undefined where nobody knows how much there will be. */
  total?: number | undefined;
  /** What is counted: bytes, where it is left out. */
  unit?: 'model' | undefined;
  /** What is to be said of what has been printed already. */
  hint?: string | undefined;
  /** Clears the bar away, so that a sentence can follow. */
  clear?: (() => void) | undefined;
}

let latest: WorkDone | undefined;

/** The latest work is this one; whoever does it keeps `done` up to date. */
export function noteWork(work: WorkDone): void {
  latest = work;
}

/** The latest work, under way or ended. */
export function latestWork(): WorkDone | undefined {
  return latest;
}
