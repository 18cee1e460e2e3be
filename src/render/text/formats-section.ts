/** The guide's quantization table for this model. */

import type { ExplainReport } from '../../report/explain-schema.js';
import { formatBits, formatBytes, formatCount } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';

/** Columns that the table takes with units written out. */
const WIDTH_FOR_UNITS = 98;

function sizeWords(bytes: number, width: number): string {
  return width >= WIDTH_FOR_UNITS ? formatBytes(bytes) : formatBytes(bytes).replace('iB', '');
}

export function formatsSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { formats, totals, model } = report;
  if (formats.length === 0 || totals.bitsPerWeight === null) return [];
  const here = formats.findIndex(({ type }) => type === model.mainType?.type);
  const mark = (text: string, i: number): Cell => (i === here ? { text: `▸${text}`, style: theme.number } : { text });
  const rows: Cell[][] = [
    [{ text: '' }, ...formats.map(({ type }, i) => mark(type, i))],
    [{ text: 'size' }, ...formats.map(({ bytes }, i) => mark(sizeWords(bytes, width), i))],
    [{ text: 'bits' }, ...formats.map(({ bitsPerWeight }, i) => mark(formatBits(bitsPerWeight), i))],
  ];
  const columns = rows[0]?.map((_, i): Column => ({ align: i === 0 ? 'left' : 'right' })) ?? [];
  const kept = Math.max(...formats.map(({ keptInF16 }) => keptInF16));
  const label = model.label === null ? '' : `${sanitize(model.label.name)}, `;
  const notes = [
    `This file: ${label}${formatBytes(totals.bytes)} of weights at ${formatBits(totals.bitsPerWeight)} bits. ` +
      'The table takes every matrix in the one type; quantizers mix types, and name the mix.',
    ...(kept === 0
      ? []
      : [
          `Rows of ${formatCount(kept, 'matrix').replace('matrixs', 'matrices')} are no whole blocks of 256: counted in F16, where a quantizer takes a smaller fallback type.`,
        ]),
  ];
  return [
    `${theme.heading('IN OTHER FORMATS')}  ${theme.muted('precision traded for size; bits for each weight')}`,
    ...alignColumns(rows, columns, width - 2),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}
