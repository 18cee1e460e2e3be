/** All keys with types and values; what is long stands below the table as a block of its own. */

import { formatInteger } from '../../report/quantity.js';
import type { MetadataEntryReport, MetadataReport } from '../../report/schema.js';
import { shorten } from '../../report/shorten.js';
import type { RenderOptions } from '../options.js';
import { sanitize, sanitizeBlock } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, wrap } from './columns.js';

const COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 24 },
  { align: 'left' },
  { align: 'left', shrinkTo: 20 },
];

/** Of a key that heads a block, in UTF-16 units. */
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
    yield `${line}\n`;
    const says = metadata[i]?.says;
    if (says !== undefined) yield* wrap(says, width - 6).map((words) => `${theme.muted(`    ${words}`)}\n`);
  }
  for (const entry of metadata.filter(isBlock)) {
    yield `\n${breakText(sanitize(shorten(entry.key, MOST_OF_A_KEY)), width)
      .map(theme.heading)
      .join('\n')}\n`;
    yield* sanitizedPieces(blockText(entry));
    yield entry.complete ? '\n' : `\n${theme.muted(`… ${formatInteger(entry.count ?? 0)} bytes in all`)}\n`;
  }
  yield `\n${theme.muted(`${formatInteger(file.metadataCount)} keys in ${formatInteger(file.headerBytes)} bytes of header`)}\n`;
}

/** A long text made harmless a part at a time, so that escapes of all of it are never in memory at once. */
function* sanitizedPieces(text: string): Generator<string, void, void> {
  for (let at = 0; at < text.length; ) {
    let end = at + PIECE;
    // Neither a pair of surrogates nor a line break of two characters is cut in two.
    if (/[\ud800-\udbff\r]/.test(text.charAt(end - 1))) end++;
    yield sanitizeBlock(text.slice(at, end));
    at = end;
  }
}

const PIECE = 65_536;

/** Templates and other texts of several lines are read as they are written. */
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
