/** What is said of a finding, and how grave it is. */

/** `error`: the reference would refuse the file; `warning`: it loads, but something is off; `advice`: worth knowing. */
export type Level = 'error' | 'warning' | 'advice';

/** `{name}` in the words is filled with the finding's fact of that name (report/finding-entry.ts). */
export interface FindingWords {
  level: Level;
  says: string;
  /** What to do about it. */
  hint?: string;
}
