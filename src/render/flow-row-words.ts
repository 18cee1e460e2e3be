/** Words that all forms of the flow diagram share: for a row of tensors, a box, a group of equal layers. */

import type { FlowBox, FlowLayers } from '../report/flow-schema.js';
import { formatBytes, formatCount, formatInteger, formatParameters } from '../words/format-quantity.js';
import { shorten } from '../words/shorten.js';
import { sanitize } from './sanitize.js';
import { shapeWords } from './text/shape-words.js';

export type FlowRow = FlowBox['tensors'][number];

/** The name without the common ending, shortened to `most` characters; with `bare` also without its layer. */
export function rowName(row: FlowRow, most: number, bare = false): string {
  const name = sanitize(shorten(row.name, 4 * most)).replace(/\.weight$/, '');
  return shorten(bare ? name.replace(/^blk\.(?:\d+|\{[\d.,]+\})\./, '') : name, most);
}

/** `4,096 → 32 heads × 128 · Q4_K`. */
export function rowShape(row: FlowRow): string {
  return `${shapeWords(row.shape, '', 'brief')} · ${row.types.map(({ type }) => type).join('+')}`;
}

/** Sums of a box; empty if the box stores nothing. */
export function sumWords({ parameters, bytes }: Pick<FlowBox, 'parameters' | 'bytes'>): string {
  return parameters === 0 ? '' : `${formatParameters(parameters)} parameters · ${formatBytes(bytes)}`;
}

/** `layers 0–31 · 32 alike`: the sums next to it are for all of them. */
export function layersTitle({ title, repeat }: Pick<FlowLayers, 'title' | 'repeat'>, most: number): string {
  const words = shorten(sanitize(title), most);
  return repeat > 1 ? `${words} · ${formatInteger(repeat)} alike` : words;
}

/** The rows that a picture has room for. Biases and scales are left out first, and the rest is counted in `more`. */
export function fewRows(box: FlowBox, most: number): { rows: FlowRow[]; more: string } {
  const small = (row: FlowRow) => row.group === 'bias' || row.group === 'quantization';
  const large = box.tensors.filter((row) => !small(row));
  const rows = box.tensors.length <= most ? box.tensors : (large.length > 0 ? large : box.tensors).slice(0, most);
  const count = (all: readonly FlowRow[]) => all.reduce((sum, row) => sum + row.count, 0);
  const hidden = count(box.tensors) - count(rows);
  return { rows, more: hidden === 0 ? '' : `and ${formatCount(hidden, 'more tensor')}` };
}
