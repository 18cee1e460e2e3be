/** The single place that tells of an error: a sentence with its place on standard error, and the same as JSON where JSON was asked for. */

import { errorEntry } from '../library/error-entry.js';
import { jsonPieces } from '../render/json.js';
import type { ErrorReport } from '../report/schema.js';
import { shortenMiddle } from '../words/shorten.js';
import { EXIT } from './exit-codes.js';
import { ClosedPipe, hasWritten, tellLines, writeJson } from './output.js';

/**
 * Tells as much as can be told, and never throws: where standard error is full or closed the JSON is written all the same, and where both
 * are nobody can be told, and the exit code has to do. Behind JSON that has begun no second one is printed.
 */
export function printError(error: unknown, json: boolean): void {
  const report: ErrorReport = { schemaVersion: 1, error: errorEntry(error) };
  attempt(() => tellLines(errorLines(report.error)));
  if (!json) return;
  if (hasWritten()) attempt(() => tellLines(['the JSON that was printed is not complete']));
  else attempt(() => writeJson(jsonPieces(report)));
}

/** Tells of what has ended a command, and gives the exit code for it. A reader who has gone away is no error. */
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

/** Characters of a part of an error: a name in it may be of any length, and what stands around it is to be read too. */
const MOST_OF_A_PART = 600;

function said(text: string): string {
  return shortenMiddle(text, MOST_OF_A_PART);
}

function attempt(tell: () => void): void {
  try {
    tell();
  } catch {
    // An error while telling an error: there is nothing left to tell it with.
  }
}
