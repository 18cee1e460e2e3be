/** The only place that reports an error: a sentence with its place on standard error, and also JSON if JSON was asked for. */

import { errorEntry } from '../library/error-entry.js';
import { jsonPieces } from '../render/json.js';
import type { ErrorReport } from '../report/schema.js';
import { shortenMiddle } from '../words/shorten.js';
import { EXIT } from './exit-codes.js';
import { ClosedPipe, hasWritten, tellLines, writeJson } from './output.js';

/**
 * Reports as much as possible, and never throws. If standard error is full or closed, the JSON is still written; if both are, only the exit
 * code reports the error. If JSON output has already begun, no second JSON is printed after it.
 */
export function printError(error: unknown, json: boolean): void {
  const report: ErrorReport = { schemaVersion: 1, error: errorEntry(error) };
  attempt(() => tellLines(errorLines(report.error)));
  if (!json) return;
  if (hasWritten()) attempt(() => tellLines(['the printed JSON is incomplete']));
  else attempt(() => writeJson(jsonPieces(report)));
}

/** Reports the error that ended a command, and returns the exit code for it. A reader who has closed the output is not an error. */
export function tellFailure(error: unknown, json: boolean): number {
  if (error instanceof ClosedPipe) return EXIT.fine;
  printError(error, json);
  return EXIT.failed;
}

function errorLines({ target, code, message, offset, expected, found, hint }: ErrorReport['error']): string[] {
  const subject = target === undefined ? '' : `${target === '' ? "''" : said(target)}: `;
  const lines = [`gguf-explain: ${subject}${said(message)}${offset === undefined ? ` (${code})` : ''}`];
  if (expected !== undefined) lines.push(`  expected ${said(expected)}, found ${said(found ?? 'nothing')}`);
  if (hint !== undefined) lines.push(`  hint: ${said(hint)}`);
  return lines;
}

/** Most characters for a part of an error: a name in it may be very long, and the text around it must stay readable. */
const MOST_OF_A_PART = 600;

function said(text: string): string {
  return shortenMiddle(text, MOST_OF_A_PART);
}

function attempt(tell: () => void): void {
  try {
    tell();
  } catch {
    // Reporting the error failed: there is no other way to report it.
  }
}
