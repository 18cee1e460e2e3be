/** The findings, worst first, each code once with the number of places that have it. */

import { formatInteger } from '../../report/quantity.js';
import type { FindingReport } from '../../report/schema.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { wrap } from './columns.js';

const ORDER = { error: 0, warning: 1, advice: 2 };

/** Codes told at most; the JSON has all. */
const MOST_CODES = 8;

export function findingsSection(findings: readonly FindingReport[], options: RenderOptions): string[] {
  const { theme } = options;
  if (findings.length === 0) return [`${theme.heading('FINDINGS')}  none`];
  const byCode = new Map<string, FindingReport[]>();
  for (const finding of findings) {
    const same = byCode.get(finding.code);
    if (same) same.push(finding);
    else byCode.set(finding.code, [finding]);
  }
  const groups = [...byCode.values()].sort((a, b) => ORDER[a[0]!.level] - ORDER[b[0]!.level]);
  const lines = groups.slice(0, MOST_CODES).flatMap((group) => findingLines(group, options));
  const more = groups.length - MOST_CODES;
  if (more > 0) lines.push(theme.muted(`and ${more} more kinds; --json has them all`));
  return [theme.heading('FINDINGS'), ...lines];
}

function findingLines(group: readonly FindingReport[], { width, theme }: RenderOptions): string[] {
  const [first] = group as [FindingReport];
  const { level, code, message, hint, place } = first;
  const more = group.length > 1 ? ` (and ${formatInteger(group.length - 1)} more)` : '';
  const where = [
    ...(place.tensor !== undefined && !message.includes(place.tensor) ? [place.tensor] : []),
    ...(place.key !== undefined && !message.includes(place.key) ? [place.key] : []),
    ...(place.offset === undefined ? [] : [`byte ${formatInteger(place.offset)}`]),
  ].join(', ');
  const head = `${level} ${code}: `;
  const text = wrap(sanitize(`${message}${more}${where === '' ? '' : ` [${where}]`}`), width - 4);
  const [start, ...rest] = wrap(`${head}${text.join(' ')}`, width - 4);
  const styled = `${theme.level[level](level)}${(start as string).slice(level.length)}`;
  return [
    styled,
    ...rest.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : wrap(sanitize(hint), width - 4).map((line) => theme.muted(`  ${line}`))),
  ];
}
