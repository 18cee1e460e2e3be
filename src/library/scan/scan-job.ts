/** The job of a `scan` thread: receives a target, returns its line. */

import { type HeaderRules, headersBy } from '../../locate/header-rules.js';
import type { ScanLine } from '../../report/scan-schema.js';
import type { Job } from '../../workers/serve.js';
import { type ScanQuestion, scanModel } from './scan-model.js';

export interface ScanSetup {
  question: ScanQuestion;
  headers: HeaderRules;
}

export interface ScanOrder {
  target: string;
  /** See `scanModel`. */
  found: boolean;
}

/** The line, without its line break. */
export interface ScanAnswer {
  line: string;
  unreadable: boolean;
}

export const job: Job<ScanSetup, ScanOrder, ScanAnswer> = ({ question, headers }) => {
  const headersFor = headersBy(headers);
  return async ({ target, found }) => lineOf(await scanModel(target, found, question, headersFor));
};

/** The answer of a thread, or of the main thread when it works without others. */
export function lineOf(line: ScanLine): ScanAnswer {
  return { line: JSON.stringify(line), unreadable: line.verdict === 'unreadable' };
}
