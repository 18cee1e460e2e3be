/** All keys with types and values; a long value is placed below the table as a separate block. */

import type { MetadataEntryReport, MetadataReport } from '../../report/schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, fold, wrap } from './columns.js';

const COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 22, middle: true },
  { align: 'left' },
  { align: 'left', shrinkTo: 16 },
];

/** Most UTF-16 units of a key above a block. */
const MOST_OF_A_KEY = 120;

export function* renderMetadata(
  { metadata, file }: MetadataReport,
  options: RenderOptions,
): Generator<string, void, void> {
  const { theme, width } = options;
  const rows = metadata.map((entry): Cell[] => [
    { text: sanitize(entry.key) },
    { text: entry.type, style: theme.type },
    { text: isBlock(entry) ? `${formatInteger(blockText(entry).length)} characters, below` : valueWords(entry) },
  ]);
  for (const [i, line] of alignColumns(rows, COLUMNS, width - 1).entries()) {
    yield line;
    const says = metadata[i]?.says;
    if (says !== undefined) yield* wrap(says, width - 6).map((words) => theme.muted(`    ${words}`));
  }
  for (const entry of metadata.filter(isBlock)) {
    yield '';
    yield* breakText(shorten(entry.key, MOST_OF_A_KEY), width).map(theme.heading);
    for (const line of blockLines(blockText(entry), width - 2))
      yield theme.muted('│') + (line === '' ? '' : ` ${line}`);
    if (!entry.complete) yield theme.muted(`… ${formatInteger(entry.count ?? 0)} bytes in all`);
  }
  yield '';
  yield theme.muted(`${formatInteger(file.metadataCount)} keys in ${formatInteger(file.headerBytes)} bytes of header`);
}

/**
 * The lines of a long text, broken at the width and indented, so that no line of it can look like a key. A long line is sanitized in parts,
 * so that the escapes of the whole line are never in memory at the same time.
 */
function* blockLines(text: string, width: number): Generator<string, void, void> {
  for (let from = 0; from <= text.length; ) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const last = end > from && text[end - 1] === '\r' ? end - 1 : end;
    if (last === from) yield '';
    for (let at = from; at < last; ) {
      let to = Math.min(last, at + PIECE);
      // Does not split a surrogate pair.
      if (to < last && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to++;
      yield* fold(sanitize(text.slice(at, to)), width);
      at = to;
    }
    from = end + 1;
  }
}

const PIECE = 65_536;

/** Templates and other texts with several lines are shown with their line breaks. */
function isBlock({ value, complete }: MetadataEntryReport): boolean {
  return typeof value === 'string' && (value.includes('\n') || value.length > 200 || !complete);
}

function blockText({ value }: MetadataEntryReport): string {
  return value as string;
}

function valueWords({ value, count, complete }: MetadataEntryReport): string {
  if (!Array.isArray(value)) return sanitize(String(value));
  const items = value.map((item) => sanitize(typeof item === 'string' ? JSON.stringify(item) : itemWords(item)));
  const shown = complete ? items : items.slice(0, 4);
  const more = complete ? '' : ', …';
  return `${formatInteger(count ?? items.length)} × [${shown.join(', ')}${more}]`;
}

function itemWords(item: unknown): string {
  return Array.isArray(item)
    ? `[${item.slice(0, 4).map(itemWords).join(', ')}${item.length > 4 ? ', …' : ''}]`
    : String(item);
}
