/**
 * Findings as workflow commands of GitHub Actions, which show them as annotations of a run. One line each; what would end a line or
 * a property early is escaped as the runner undoes it (actions/toolkit, command.ts: `%`, CR, LF; in properties `:` and `,` too).
 */

import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import type { FindingReport } from '../report/schema.js';
import { sanitize } from './sanitize.js';

const COMMANDS = { error: 'error', warning: 'warning', advice: 'notice' } as const;

/** One line for each finding and each file that cannot be read; a notice that sums up where there are none. */
export function* githubAnnotations({ files }: CheckReport): Generator<string, void, void> {
  for (const file of files) yield* fileAnnotations(file);
}

function* fileAnnotations({ target, error, findings }: CheckedFile): Generator<string, void, void> {
  if (error !== undefined) {
    const { code, message, expected, found = 'nothing' } = error;
    const words = expected === undefined ? '' : `: expected ${expected}, found ${found}`;
    yield command('error', target, code, `${message}${words}${hint(error.hint)}`);
  }
  for (const finding of findings) yield annotation(target, finding);
}

function annotation(target: string, { level, code, message, hint: advice, place }: FindingReport): string {
  const where = place.tensor ?? place.key;
  const at = where === undefined || message.includes(where) ? '' : ` [${where}]`;
  return command(COMMANDS[level], target, code, `${message}${at}${hint(advice)}`);
}

function hint(words: string | undefined): string {
  return words === undefined ? '' : ` (${words})`;
}

function command(name: string, file: string, title: string, message: string): string {
  return `::${name} file=${property(file)},title=${property(title)}::${data(`${file}: ${message}`)}\n`;
}

function data(text: string): string {
  return sanitize(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
