/** Keys that differ: a line for each, and below it the places where long values differ. */

import type { DiffReport, MetadataDifferenceReport } from '../../report/diff-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { excerpts, itemWords, metadataWords } from '../diff-words.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Style, Theme } from '../theme.js';
import { alignColumns, type Cell, type Column, cut } from './columns.js';
import { displayWidth } from './display-width.js';

const COLUMNS: readonly Column[] = [
  { align: 'left' },
  { align: 'left', shrinkTo: 14 },
  { align: 'left', shrinkTo: 14 },
];

/** Up to this length together, both texts are on the line of their key. */
const ONE_LINE = 48;

/** Most rows of a section on the page, several times the differences of real models. JSON and Markdown have all. */
export const MOST_ROWS = 4096;

/** States how many rows the page leaves out. */
export function moreRows(all: number, theme: Theme): string[] {
  return all <= MOST_ROWS ? [] : [theme.muted(`and ${formatInteger(all - MOST_ROWS)} more; --json has them all`)];
}

export function diffMetadataSection({ metadata, ignored }: DiffReport, options: RenderOptions): string[] {
  const { width, theme } = options;
  const without = ignored.length === 0 ? '' : `without ${sanitize(ignored.join(', '))}`;
  if (metadata.length === 0 && without === '') return [];
  const shown = metadata.slice(0, MOST_ROWS);
  const rows = shown.map((difference): Cell[] => [
    signOf(difference.change, theme),
    { text: sanitize(difference.key) },
    { text: longTexts(difference) ? 'text changed' : metadataWords(difference) },
  ]);
  const count = `${formatInteger(metadata.length)} ${metadata.length === 1 ? 'differs' : 'differ'}`;
  const words = [count, ...(without === '' ? [] : [cut(without, width - 24)])];
  const lines = [`${theme.heading('METADATA')}  ${theme.muted(words.join(' · '))}`];
  for (const [i, line] of alignColumns(rows, COLUMNS, width - 2).entries()) {
    lines.push(line, ...detailLines(shown[i] as MetadataDifferenceReport, options));
  }
  return [...lines, ...moreRows(metadata.length, theme)];
}

/** Both texts of a key if its line has no room for them. */
function longTexts({ before, after, lines }: MetadataDifferenceReport): [string, string] | null {
  if (lines !== undefined || typeof before?.value !== 'string' || typeof after?.value !== 'string') return null;
  if (before.type !== 'string' || after.type !== 'string') return null;
  return before.value.length + after.value.length <= ONE_LINE ? null : [before.value, after.value];
}

function detailLines(difference: MetadataDifferenceReport, { width, theme }: RenderOptions): string[] {
  const { items, lines } = difference;
  const indented = (text: string) => `    ${cut(text, width - 6)}`;
  const texts = longTexts(difference);
  if (texts !== null) {
    const [before, after] = excerpts(...texts);
    return [theme.level.error(indented(`− ${before}`)), theme.pass(indented(`+ ${after}`))];
  }
  if (items !== undefined) {
    const more = items.differing - items.first.length;
    const rest = more > 0 ? [theme.muted(indented(`and ${formatInteger(more)} more`))] : [];
    return [...items.first.map((item) => indented(itemWords(item))), ...rest];
  }
  return (lines?.hunks ?? []).flatMap((hunk) => [
    theme.muted(indented(`line ${hunk.before} → ${hunk.after}`)),
    ...hunk.lines.flatMap((line) => {
      const style = line.startsWith('-') ? theme.level.error : line.startsWith('+') ? theme.pass : theme.muted;
      return folded(sanitize(line.slice(0, MOST_OF_A_LINE)), width - 6).map((part) => style(`    ${part}`));
    }),
  ]);
}

/** Most characters of a line: a template may be one line of a megabyte. */
const MOST_OF_A_LINE = 2000;

/** A line broken at the width, in the middle of words too: in a template every character counts. */
function folded(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line.trimEnd()];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of line) {
    const wide = displayWidth(character);
    if (used + wide > width) {
      parts.push(part);
      part = '  ';
      used = 2;
    }
    part += character;
    used += wide;
  }
  return [...parts, part].map((each) => each.trimEnd());
}

// The sign of a change at the beginning of its line, and its color.

export function signOf(change: string, theme: Theme): { text: string; style: Style } {
  if (change === 'added') return { text: '+', style: theme.pass };
  if (change === 'removed') return { text: '−', style: theme.level.error };
  return { text: '~', style: theme.level.warning };
}
