/** The message on standard error when a signal has stopped the work: how far it got, and what of it was printed. Loaded only then. */

import { formatBytes, formatCount } from '../words/format-quantity.js';
import type { StopSignal } from './exit-codes.js';
import { Interrupted } from './interruption.js';
import { hasWritten } from './output.js';
import { printError } from './print-error.js';
import { latestWork, type WorkDone } from './work-done.js';

/** `shown`: whether the command finished after the signal, and printed what it had found. */
export function tellInterruption(signal: StopSignal, shown: boolean, json: boolean): void {
  const work = latestWork();
  work?.clear?.();
  const far = work === undefined ? '' : ` after ${howFar(work)}`;
  printError(new Interrupted(signal, `${far}; ${whatIsPrinted(shown)}`, work?.hint), json && !hasWritten());
}

function howFar({ verb, done, total, unit }: WorkDone): string {
  const amount = unit === undefined ? formatBytes(done) : formatCount(done, unit);
  const all = total === undefined ? '' : ` of ${formatBytes(total)}`;
  return `${amount}${all} ${unit !== undefined && done === 1 ? 'was' : 'were'} ${verb}`;
}

function whatIsPrinted(shown: boolean): string {
  if (shown) return 'what was found so far is printed';
  return hasWritten() ? 'the output is incomplete' : 'no result was printed';
}
