/**
 * The results of a check as workflow commands of GitHub Actions, which shows them as annotations of a run. Each takes one line; characters
 * that would end a line or a property are escaped in the way that the runner decodes (actions/toolkit, command.ts: `%`, CR, LF; in
 * properties also `:` and `,`).
 */

import { ignoredWords } from '../report/check-report.js';
import type { CheckReport } from '../report/check-schema.js';
import { notCheckedWords } from '../report/not-checked-entry.js';
import type { Level } from '../words/findings.js';
import { formatCount } from '../words/format-quantity.js';
import { shortenMiddle } from '../words/shorten.js';
import { type CiResult, ciResults, gravestFirst } from './ci-results.js';
import { sanitize } from './sanitize.js';

const COMMANDS = { error: 'error', warning: 'warning', advice: 'notice' } as const;

/** GitHub shows this many annotations of each level from one step, and silently drops the rest. */
const MOST_OF_A_LEVEL = 10;

/**
 * One line for each result, worst first: files that cannot be read, errors, warnings, advice. If a level has more than GitHub shows, its
 * last annotation gives the number of the others.
 */
export function* githubAnnotations(report: CheckReport): Generator<string, void, void> {
  const results = gravestFirst(ciResults(report));
  for (const level of ['error', 'warning', 'advice'] as const) {
    const own = [...results.filter((result) => result.level === level).map(annotation), ...notes(level, report)];
    if (own.length <= MOST_OF_A_LEVEL) yield* own.map((one) => one.line);
    else {
      const left = own.slice(MOST_OF_A_LEVEL - 1);
      yield* own.slice(0, MOST_OF_A_LEVEL - 1).map((one) => one.line);
      yield moreOf(level, left.length, left[0]?.file as string);
    }
  }
}

/** Rules that were not applied and findings that were ignored, as notices. */
function notes(level: Level, { files }: CheckReport): Annotation[] {
  if (level !== 'advice') return [];
  return files.flatMap(({ target, notChecked, ignored }) => [
    ...(notChecked === undefined
      ? []
      : [command('notice', target, 'not-checked', `not checked: ${notCheckedWords(notChecked)}`)]),
    ...(ignored === undefined ? [] : [command('notice', target, 'ignored', `ignored: ${ignoredWords(ignored)}`)]),
  ]);
}

function annotation({ target, level, code, message, hint, tensor, key }: CiResult): Annotation {
  const where = tensor ?? key;
  const at = where === undefined || message.includes(where) ? '' : ` [${where}]`;
  const advice = hint === undefined ? '' : ` (${hint})`;
  return command(COMMANDS[level], target, code, `${message}${at}${advice}`);
}

/** Placed at the first file that is left out. */
function moreOf(level: Level, count: number, file: string): string {
  const what = level === 'advice' ? `${count} more pieces of advice` : formatCount(count, `more ${level}`);
  const words = `${what}: GitHub shows at most ${MOST_OF_A_LEVEL} of each level; --output markdown=$GITHUB_STEP_SUMMARY lists all`;
  return `${head(COMMANDS[level], file, 'more')}${data(words)}`;
}

interface Annotation {
  file: string;
  line: string;
}

function command(name: string, file: string, title: string, message: string): Annotation {
  return { file, line: `${head(name, file, title)}${data(`${file}: ${message}`)}` };
}

function head(name: string, file: string, title: string): string {
  return `::${name} file=${property(file)},title=${property(title)}::`;
}

/** Most characters of a text: GitHub shows 4096 of an annotation and cuts off the rest. */
const MOST_OF_A_TEXT = 2000;

function data(text: string): string {
  return sanitize(shortenMiddle(text, MOST_OF_A_TEXT)).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
