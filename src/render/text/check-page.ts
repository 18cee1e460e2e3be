/** The verdicts for a person: one file after the other with its findings, then a line that sums up. */

import { countByLevel } from '../../report/check-report.js';
import type { CheckedFile, CheckReport, Verdict } from '../../report/check-schema.js';
import { formatCount, formatInteger } from '../../report/quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Theme } from '../theme.js';
import { wrap } from './columns.js';
import { findingLines, groupByCode } from './findings-section.js';

/** Every file with all that was found. */
export function renderCheckPage(report: CheckReport, options: RenderOptions): string {
  const blocks = report.files.map((file) => fileLines(file, options));
  // Verdicts without anything to tell stand close together, like a list.
  const text = blocks.map((lines, i) => {
    const before = i > 0 && (lines.length > 1 || blocks[i - 1]!.length > 1) ? '\n' : '';
    return `${before}${lines.join('\n')}\n`;
  });
  return `${text.join('')}${blocks.length > 1 ? `\n ${summaryWords(report)}\n` : ''}`;
}

/** `--quiet`: the verdict, the file, and how many findings it has. */
export function renderVerdicts(report: CheckReport, { theme }: RenderOptions): string {
  return report.files.map((file) => `${verdictLine(file, theme)}\n`).join('');
}

function fileLines(file: CheckedFile, options: RenderOptions): string[] {
  const { theme, width } = options;
  const lines = [` ${verdictLine(file, theme)}`];
  if (file.error) {
    const { message, expected, found, hint } = file.error;
    const said = expected === undefined ? message : `${message}: expected ${expected}, found ${found ?? 'nothing'}`;
    lines.push(...wrap(sanitize(said), width - 4).map((line) => `   ${line}`));
    if (hint !== undefined) lines.push(...wrap(sanitize(hint), width - 6).map((line) => theme.muted(`     ${line}`)));
  }
  const inner = { ...options, width: width - 2 };
  for (const group of groupByCode(file.findings)) lines.push(...findingLines(group, inner).map((line) => `   ${line}`));
  return lines;
}

function verdictLine({ verdict, target, findings, error }: CheckedFile, theme: Theme): string {
  const counts = countByLevel(findings).map(([level, count]) =>
    theme.level[level](level === 'advice' ? `${formatInteger(count)} advice` : formatCount(count, level)),
  );
  const words = error === undefined ? counts.join(', ') : sanitize(error.code);
  const name = target === '-' ? 'standard input' : sanitize(target);
  return `${styleOf(verdict, theme)(verdict)}  ${name}${words === '' ? '' : `  ${words}`}`;
}

function styleOf(verdict: Verdict, theme: Theme): (text: string) => string {
  return verdict === 'pass' ? theme.pass : theme.level.error;
}

function summaryWords({ files, failOn }: CheckReport): string {
  const counts = (['pass', 'fail', 'unreadable'] as const)
    .map((verdict): [Verdict, number] => [verdict, files.filter((file) => file.verdict === verdict).length])
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${formatInteger(count)} ${verdict}`);
  const bar = failOn === 'error' ? '' : ` (failing from ${failOn})`;
  return `${formatCount(files.length, 'file')}: ${counts.join(', ')}${bar}`;
}
