/** The verdicts for people: one file after the other with its findings, then a line with the totals. */

import { countByLevel, ignoredWords } from '../../report/check-report.js';
import type { CheckedFile, CheckReport, Verdict } from '../../report/check-schema.js';
import { notCheckedWords } from '../../report/not-checked-entry.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { PLAIN_THEME, type Theme } from '../theme.js';
import { wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import { findingLines, groupByKind } from './findings-section.js';
import { scanWords } from './scan-words.js';

/** Every file with all its findings. */
export function renderCheckPage(report: CheckReport, options: RenderOptions): string[] {
  const blocks = report.files.map((file) => fileLines(file, options));
  // Files without findings follow each other without blank lines, like a list.
  const text = blocks.flatMap((lines, i) =>
    i > 0 && (lines.length > 1 || blocks[i - 1]!.length > 1) ? ['', ...lines] : lines,
  );
  return blocks.length > 1 ? [...text, '', withMargin(summaryWords(report))] : text;
}

/** `--quiet`: the verdict, the file, and the number of findings. */
export function renderVerdicts(report: CheckReport, { theme }: RenderOptions): string[] {
  return report.files.map((file) => verdictLine(file, theme));
}

function fileLines(file: CheckedFile, options: RenderOptions): string[] {
  const { theme, width } = options;
  const narrow = displayWidth(verdictLine(file, PLAIN_THEME)) + 2 > width;
  const lines = narrow
    ? [` ${verdictWord(file, theme)}  ${nameOf(file)}`, `   ${countsOf(file, theme)}`]
    : [` ${verdictLine(file, theme)}`];
  if (file.error) {
    const { message, expected, found, hint } = file.error;
    const said = expected === undefined ? message : `${message}: expected ${expected}, found ${found ?? 'nothing'}`;
    lines.push(...wrap(sanitize(said), width - 4).map((line) => `   ${line}`));
    if (hint !== undefined) lines.push(...wrap(sanitize(hint), width - 6).map((line) => theme.muted(`     ${line}`)));
  }
  const inner = { ...options, width: width - 2 };
  for (const group of groupByKind(file.findings)) lines.push(...findingLines(group, inner).map((line) => `   ${line}`));
  for (const words of asides(file)) {
    const [first, ...rest] = wrap(sanitize(words), width - 6);
    lines.push(theme.muted(`   ${first}`), ...rest.map((line) => theme.muted(`     ${line}`)));
  }
  if (file.data !== undefined) {
    const words = scanWords(file.data);
    lines.push(
      ...wrap(words, width - 4).map((line) => `   ${(file.data?.complete ? theme.muted : theme.level.warning)(line)}`),
    );
  }
  return lines;
}

/** Notes that are not findings: rules that were not applied, findings that were left out, the digest of the file. */
export function asides({ notChecked, ignored, digest }: CheckedFile): string[] {
  return [
    ...(notChecked === undefined ? [] : [`not checked: ${notCheckedWords(notChecked)}`]),
    ...(ignored === undefined ? [] : [`ignored: ${ignoredWords(ignored)}`]),
    ...(digest === undefined ? [] : [digestWords(digest)]),
  ];
}

/** `SHA-256 0f3a…: as the name of its blob says`. If the digests differ, a finding reports it. */
function digestWords({ sha256, compared }: NonNullable<CheckedFile['digest']>): string {
  const same = compared.filter(({ equal }) => equal).map(({ source }) => source);
  if (compared.length === 0) return `SHA-256 ${sha256}; there is nothing to compare it with`;
  return `SHA-256 ${sha256}${same.length === 0 ? '' : `, as ${same.join(' and ')} says`}`;
}

function verdictLine(file: CheckedFile, theme: Theme): string {
  const counts = countsOf(file, theme);
  return `${verdictWord(file, theme)}  ${nameOf(file)}${counts === '' ? '' : `  ${counts}`}`;
}

function verdictWord({ verdict }: CheckedFile, theme: Theme): string {
  return styleOf(verdict, theme)(verdict);
}

function nameOf({ target }: CheckedFile): string {
  if (target === '') return "''";
  return target === '-' ? 'standard input' : sanitize(target);
}

/** The number of findings of each level, or why the file cannot be read. */
function countsOf({ findings, error }: CheckedFile, theme: Theme): string {
  if (error !== undefined) return sanitize(error.code);
  const counts = countByLevel(findings).map(([level, count]) =>
    theme.level[level](level === 'advice' ? `${formatInteger(count)} advice` : formatCount(count, level)),
  );
  return counts.join(', ');
}

function styleOf(verdict: Verdict, theme: Theme): (text: string) => string {
  return verdict === 'pass' ? theme.pass : theme.level.error;
}

/** `3 files: 2 pass, 1 fail`. */
export function summaryWords({ files, failOn }: CheckReport): string {
  const counts = (['pass', 'fail', 'unreadable'] as const)
    .map((verdict): [Verdict, number] => [verdict, files.filter((file) => file.verdict === verdict).length])
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${formatInteger(count)} ${verdict}`);
  const bar = failOn === 'error' ? '' : ` (failing from ${failOn})`;
  return `${formatCount(files.length, 'file')}: ${counts.join(', ')}${bar}`;
}
