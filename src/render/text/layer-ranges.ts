/** Runs of layers as people write them: `layers 0–3, 7`. */

import type { FoldedTensorEntry } from '../../report/schema.js';

export function formatRanges(ranges: FoldedTensorEntry['layers']): string {
  const words = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
  const [only] = ranges;
  return `${ranges.length === 1 && only?.[0] === only?.[1] ? 'layer' : 'layers'} ${words}`;
}
