/** The findings, worst first, each code once with the number of its places. */

import { countFindings } from '../../report/finding-entry.js';
import { type NotCheckedReport, notCheckedWords } from '../../report/not-checked-entry.js';
import type { FindingReport } from '../../report/schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { breakText } from './columns.js';

/** Most UTF-16 units of the name of a key or a tensor in brackets; the JSON has all of it. */
const MOST_OF_A_NAME = 120;

const ORDER = { error: 0, warning: 1, advice: 2 };

/** Most codes on the page; the JSON has all. */
const MOST_CODES = 8;

export function findingsSection(
  findings: readonly FindingReport[],
  options: RenderOptions,
  notChecked?: NotCheckedReport,
): string[] {
  const { theme, width } = options;
  const left =
    notChecked === undefined
      ? []
      : breakText(sanitize(`gguf-explain check cannot check ${notCheckedWords(notChecked)}`), width - 4);
  const end = left.map((line, i) => theme.muted(i === 0 ? line : `  ${line}`));
  if (findings.length === 0) return [`${theme.heading('FINDINGS')}  none`, ...end];
  const groups = groupByKind(findings);
  const lines = groups.slice(0, MOST_CODES).flatMap((group) => findingLines(group, options));
  const more = groups.length - MOST_CODES;
  if (more > 0) lines.push(theme.muted(`and ${more} more kinds; --json has them all`));
  return [theme.heading('FINDINGS'), ...lines, ...end];
}

/** Groups findings by code, the worst codes first. */
export function groupByCode(findings: readonly FindingReport[]): FindingReport[][] {
  const byCode = new Map<string, FindingReport[]>();
  for (const finding of findings) {
    const same = byCode.get(finding.code);
    if (same) same.push(finding);
    else byCode.set(finding.code, [finding]);
  }
  return [...byCode.values()].sort((a, b) => ORDER[a[0]!.level] - ORDER[b[0]!.level]);
}

/** Groups findings by code and level, so that a line with a level counts only findings of that level. */
export function groupByKind(findings: readonly FindingReport[]): FindingReport[][] {
  const levels = Object.keys(ORDER) as (keyof typeof ORDER)[];
  const groups = groupByCode(findings).flatMap((group) =>
    levels.map((level) => group.filter((finding) => finding.level === level)).filter((same) => same.length > 0),
  );
  return groups.sort((a, b) => ORDER[a[0]!.level] - ORDER[b[0]!.level]);
}

/** The lines of a finding, with the number of others of its code. */
export function findingLines(group: readonly FindingReport[], { width, theme }: RenderOptions): string[] {
  const [first] = group as [FindingReport];
  const { level, code, message, hint, place } = first;
  const others = countFindings(group) - 1;
  const more = others > 0 ? ` (and ${formatInteger(others)} more${namesOf(group.slice(1))})` : '';
  const names = [place.file, place.tensor, place.key]
    .filter((name) => name !== undefined)
    .map((name) => shorten(name, MOST_OF_A_NAME));
  const where = [
    ...names.filter((name) => !message.includes(name)),
    // A finding about the whole file has offset 0, which tells people nothing. A finding about a range of bytes names the range itself.
    ...(place.offset && place.end === undefined ? [`byte ${formatInteger(place.offset)}`] : []),
  ].join(', ');
  const text = `${level} ${code}: ${message}${more}${where === '' ? '' : ` [${where}]`}`;
  const [start, ...rest] = breakText(sanitize(text), width - 4);
  const styled = `${theme.level[level](level)}${(start as string).slice(level.length)}`;
  return [
    styled,
    ...rest.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : breakText(sanitize(hint), width - 4).map((line) => theme.muted(`  ${line}`))),
  ];
}

/** Most other places that are listed by name: mainly missing keys. */
const MOST_NAMES = 4;

function namesOf(others: readonly FindingReport[]): string {
  const names = others.map(({ place }) => place.key ?? place.tensor);
  if (names.length > MOST_NAMES || !names.every((name) => name !== undefined && name.length <= 64)) return '';
  return `: ${[...new Set(names)].join(', ')}`;
}
