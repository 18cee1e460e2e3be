/** The single place that tells of an error: a sentence with its place on standard error, and the same as JSON where JSON was asked for. */

import { sanitize, sanitizeJson } from '../render/sanitize.js';
import type { ErrorReport } from '../report/schema.js';
import { errorEntry } from './error-entry.js';
import { writeErr, writeOut } from './output.js';

export function printError(error: unknown, json: boolean): void {
  const report: ErrorReport = { schemaVersion: 1, error: errorEntry(error) };
  const { target, code, message, offset, expected, found, hint } = report.error;
  const subject = target === undefined ? '' : `${target === '' ? "''" : sanitize(target)}: `;
  const lines = [`gguf-explain: ${subject}${sanitize(message)}${offset === undefined ? ` (${code})` : ''}`];
  if (expected !== undefined) lines.push(`  expected ${sanitize(expected)}, found ${sanitize(found ?? 'nothing')}`);
  if (hint !== undefined) lines.push(`  hint: ${sanitize(hint)}`);
  writeErr(`${lines.join('\n')}\n`);
  if (json) writeOut(`${sanitizeJson(JSON.stringify(report, null, 2))}\n`);
}
