/**
 * Findings as workflow commands of GitHub Actions, which show them as annotations of a run. One line each; what would end a line or
 * a property early is escaped as the runner undoes it (actions/toolkit, command.ts: `%`, CR, LF; in properties `:` and `,` too).
 */

import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import { notCheckedWords } from '../report/not-checked-entry.js';
import type { FindingReport } from '../report/schema.js';
import { shortenMiddle } from '../words/shorten.js';
import { sanitize } from './sanitize.js';

const COMMANDS = { error: 'error', warning: 'warning', advice: 'notice' } as const;

/** One line for each finding and each file that cannot be read; a notice that sums up where there are none. */
export function* githubAnnotations({ files }: CheckReport): Generator<string, void, void> {
  for (const file of files) yield* fileAnnotations(file);
}

function* fileAnnotations({ target, error, findings, notChecked }: CheckedFile): Generator<string, void, void> {
  if (error !== undefined) {
    const { code, message, expected, found = 'nothing' } = error;
    const words = expected === undefined ? '' : `: expected ${expected}, found ${found}`;
    yield command('error', target, code, `${message}${words}${hint(error.hint)}`);
  }
  for (const finding of findings) yield annotation(target, finding);
  if (notChecked !== undefined) {
    yield command('notice', target, 'not-checked', `not checked: ${notCheckedWords(notChecked)}`);
  }
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
  return `::${name} file=${property(file)},title=${property(title)}::${data(`${file}: ${message}`)}`;
}

/** Characters of a text: GitHub shows 4096 of an annotation, and cuts what is longer at its end. */
const MOST_OF_A_TEXT = 2000;

function data(text: string): string {
  return sanitize(shortenMiddle(text, MOST_OF_A_TEXT)).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
