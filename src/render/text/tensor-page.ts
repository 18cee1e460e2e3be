/** What one tensor, or one row of equal layers, does: in words, as a formula, in both orders of dimensions. */

import type { TensorReport, TensorRow } from '../../report/schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { breakText, wrap } from './columns.js';
import { type Fact, factLines } from './facts.js';
import { numbersSection } from './numbers-section.js';
import { formatRanges, shapeWords } from './shape-words.js';

/** Most rows on the page; for more, there is `tensors`. */
export const MOST_ROWS = 12;

/** Up to this number of rows, each has its histogram and an opened block. */
const MOST_IN_FULL = 3;

/** Most UTF-16 units of a name in the title: twice as many as ggml keeps. */
const MOST_OF_A_NAME = 120;

/** The whole page of a report with all its rows. */
export function renderTensorPage({ rows }: TensorReport, options: RenderOptions): string[] {
  const pages = rows.slice(0, MOST_ROWS).flatMap((row, at) => tensorRowPage(row, at, rows.length, options));
  return [...pages, ...moreRows(rows.length, options)];
}

/** The lines of one row; `at` is its place among `all` rows that match. */
export function tensorRowPage(row: TensorRow, at: number, all: number, options: RenderOptions): string[] {
  const lines = rowLines(row, all <= MOST_IN_FULL, options).map(withMargin);
  return at === 0 ? lines : ['', ...lines];
}

/** The note below the rows if there are more. */
export function moreRows(all: number, { theme }: RenderOptions): string[] {
  if (all <= MOST_ROWS) return [];
  const words = `and ${formatInteger(all - MOST_ROWS)} more rows; gguf-explain tensors lists them`;
  return ['', withMargin(theme.muted(words))];
}

function rowLines(row: TensorRow, whole: boolean, { width, theme }: RenderOptions): string[] {
  const { role } = row;
  const title = role.of === undefined ? role.title : `${role.title}, of: ${role.of}`;
  return [
    ...breakText(sanitize(shorten(row.row.name, MOST_OF_A_NAME)), width - 2).map(theme.title),
    theme.heading(title),
    ...wrap(role.does, width - 2),
    '',
    ...factLines(factsOf(row), { width, theme }),
    ...numbersSection(row, whole, { width, theme }),
  ];
}

function factsOf(row: TensorRow): Fact[] {
  const { row: folded, role, tensors, types } = row;
  const [first] = tensors as [TensorRow['tensors'][number]];
  const { shape } = folded;
  const facts: Fact[] = [['formula', role.formula]];
  if (shape.in && shape.out) facts.push(['in → out', shapeWords(shape, role.kind, 'full')]);
  const pytorch = [...shape.ggml].reverse();
  const inBothOrders = `${dimensions(shape.ggml)} in ggml order (the first is contiguous); PyTorch shows ${dimensions(pytorch)}`;
  facts.push([shape.stored === undefined ? 'stored' : 'shape', inBothOrders]);
  if (shape.stored !== undefined) {
    facts.push(['stored', `as ${dimensions(shape.stored)}; comfy.gguf.orig_shape.* gives the shape of the model`]);
  }
  facts.push([
    'kind',
    role.operation === 'none'
      ? `${role.kind}, read by no operation of ggml`
      : `${role.kind}, used by ggml's ${role.operation}`,
  ]);
  if (folded.count > 1)
    facts.push(['repeated', `in ${formatRanges(folded.layers)}: ${formatCount(folded.count, 'tensor')}`]);
  for (const { type, count, layers } of folded.types) {
    const words = types.find((known) => known.type === type);
    const bits = words === undefined ? '' : `: ${formatBits(words.bitsPerWeight)} bits per weight. ${words.says ?? ''}`;
    const where = folded.types.length === 1 ? '' : ` in ${formatRanges(layers)} (${count})`;
    facts.push(['type', `${type}${where}${bits}`.trimEnd()]);
  }
  facts.push(['parameters', each(folded.count, folded.parameters, formatInteger)]);
  facts.push(['bytes', `${bytesWords(row)} · ${(row.shareOfBytes * 100).toFixed(1)} % of all tensor data`]);
  if (folded.count === 1) {
    const where = first.shard === undefined ? 'the file' : `shard ${formatInteger(first.shard)}`;
    facts.push(['offset', `byte ${formatInteger(first.offset)} of ${where}`]);
  }
  if (first.multiplyAdds !== null) {
    const all = tensors.reduce((sum, { multiplyAdds }) => sum + (multiplyAdds ?? 0), 0);
    facts.push([
      'multiply-adds',
      all === 0 ? 'none: nothing is multiplied' : `${each(folded.count, all, formatInteger)} for one token`,
    ]);
  }
  return facts;
}

function dimensions(sizes: readonly number[]): string {
  return `[${sizes.map(formatInteger).join(', ')}]`;
}

/** A sum, and the amount for each of equal parts. */
function each(count: number, sum: number, format: (value: number) => string): string {
  return count === 1 || sum % count !== 0 ? format(sum) : `${format(sum)} (${format(sum / count)} each)`;
}

function bytesWords({ row, tensors }: TensorRow): string {
  const [first] = tensors as [TensorRow['tensors'][number]];
  if (first.bytesAre === 'unknown') return 'unknown';
  const bound = first.bytesAre === 'bounded' ? 'at most ' : '';
  return `${bound}${formatInteger(row.bytes)} (${formatBytes(row.bytes)})`;
}
