/** A shape in words: `embedding 4,096 → 32 query heads × 128`. It never shows two numbers without saying which is which. */

import type { AxisReport, FoldedTensorEntry, ShapeReport } from '../../report/schema.js';
import { formatInteger } from '../../words/format-quantity.js';

/** `full` names the axes; `short` names each with one word; `brief` has only the numbers and the arrow, for narrow terminals. */
export type Detail = 'full' | 'short' | 'brief';

export function shapeWords(shape: ShapeReport, kind: string, detail: Detail): string {
  if (shape.in === undefined || shape.out === undefined) return plainShape(shape.ggml, kind, detail);
  const arrow = `${axisWords(shape.in, detail)} → ${axisWords(shape.out, detail)}`;
  return shape.copies === undefined ? arrow : `${formatInteger(shape.copies.size)} × (${arrow})`;
}

/** Short names for axes with long names, for use where the row says the rest. */
const SHORT: Readonly<Record<string, string>> = {
  'expert feed-forward': 'feed-forward',
  'shared feed-forward': 'feed-forward',
};

function axisWords({ axis, size, heads }: AxisReport, detail: Detail): string {
  if (heads !== undefined) {
    const words = detail === 'full' ? axis : 'heads';
    return `${formatInteger(heads)} ${heads === 1 ? words.replace(/s$/, '') : words} × ${formatInteger(size / heads)}`;
  }
  if (detail === 'brief') return formatInteger(size);
  return `${detail === 'full' ? axis : (SHORT[axis] ?? axis)} ${formatInteger(size)}`;
}

function plainShape(dimensions: readonly number[], kind: string, detail: Detail): string {
  if (dimensions.length === 0) return 'one number';
  const numbers = dimensions.map(formatInteger).join(' × ');
  if (dimensions.length === 1) return dimensions[0] === 1 ? 'one number' : `vector of ${numbers}`;
  return detail === 'full' && kind === 'convolution' ? `convolution ${numbers}` : numbers;
}

// Runs of layers as people write them: `layers 0–3, 7`.

export function formatRanges(ranges: FoldedTensorEntry['layers']): string {
  const words = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
  const [only] = ranges;
  return `${ranges.length === 1 && only?.[0] === only?.[1] ? 'layer' : 'layers'} ${words}`;
}
