/** A row of tensors of the flow diagram in one line, for pictures: the name, and what it does in numbers. */

import type { FlowBox } from '../report/flow-diagram-schema.js';
import { formatBytes, formatCount, formatParameters } from '../report/quantity.js';
import { shorten } from '../report/shorten.js';
import { sanitize } from './sanitize.js';
import { shapeWords } from './text/shape-words.js';

export type FlowRow = FlowBox['tensors'][number];

/** The name without what all names end in, at most `most` characters of it. */
export function rowName(row: FlowRow, most: number): string {
  return shorten(sanitize(shorten(row.name, 4 * most)).replace(/\.weight$/, ''), most);
}

/** `4,096 → 32 heads × 128 · Q4_K`. */
export function rowShape(row: FlowRow): string {
  return `${shapeWords(row.shape, '', 'brief')} · ${row.types.map(({ type }) => type).join('+')}`;
}

/** Sums of a box; empty where nothing is stored for it. */
export function sumWords({ parameters, bytes }: Pick<FlowBox, 'parameters' | 'bytes'>): string {
  return parameters === 0 ? '' : `${formatParameters(parameters)} parameters · ${formatBytes(bytes)}`;
}

/** Rows that a picture has room for; biases and scales give way first, and what is left out is counted. */
export function fewRows(box: FlowBox, most: number): { rows: FlowRow[]; more: string } {
  const small = (row: FlowRow) => row.group === 'bias' || row.group === 'quantization';
  const large = box.tensors.filter((row) => !small(row));
  const rows = box.tensors.length <= most ? box.tensors : (large.length > 0 ? large : box.tensors).slice(0, most);
  const count = (all: readonly FlowRow[]) => all.reduce((sum, row) => sum + row.count, 0);
  const hidden = count(box.tensors) - count(rows);
  return { rows, more: hidden === 0 ? '' : `and ${formatCount(hidden, 'more tensor')}` };
}
