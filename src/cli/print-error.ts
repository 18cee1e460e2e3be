/** The single place that tells of an error: a sentence with its place on standard error, and the same as JSON where JSON was asked for. */

import { GgufError } from '../gguf/error.js';
import { LocateError } from '../locate/locate.js';
import { sanitize, sanitizeJson } from '../render/sanitize.js';
import type { ErrorReport } from '../report/schema.js';
import { writeErr, writeOut } from './output.js';
import { UsageError } from './usage-error.js';

export function printError(error: unknown, json: boolean): void {
  const report = errorReport(error);
  const { code, message, offset, expected, found, hint } = report.error;
  const { target } = report.error;
  const subject = target === undefined ? '' : `${target === '' ? "''" : sanitize(target)}: `;
  const lines = [`gguf-explain: ${subject}${sanitize(message)}${offset === undefined ? ` (${code})` : ''}`];
  if (expected !== undefined) lines.push(`  expected ${sanitize(expected)}, found ${sanitize(found ?? 'nothing')}`);
  if (hint !== undefined) lines.push(`  hint: ${sanitize(hint)}`);
  writeErr(`${lines.join('\n')}\n`);
  if (json) writeOut(`${sanitizeJson(JSON.stringify(report, null, 2))}\n`);
}

function errorReport(error: unknown): ErrorReport {
  const { message } = error as Error;
  if (error instanceof GgufError) {
    const { code, offset, section, entry, expected, found, hint } = error;
    const words = `${code} at byte ${offset} (${entry ?? section})`;
    return report({
      ...about(error.target),
      code,
      message: words,
      offset,
      section,
      expected,
      found,
      ...withHint(hint),
    });
  }
  if (error instanceof LocateError) {
    return report({ ...about(error.target), code: error.code, message, ...withHint(error.hint) });
  }
  if (error instanceof UsageError) return report({ code: error.code, message, ...withHint(error.hint) });
  return report({ code: 'internal-error', message: `a fault in gguf-explain itself: ${message}` });
}

function report(error: ErrorReport['error']): ErrorReport {
  return { schemaVersion: 1, error };
}

function about(target: string | undefined): { target?: string } {
  return target === undefined ? {} : { target };
}

function withHint(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
