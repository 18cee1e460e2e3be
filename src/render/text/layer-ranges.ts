/** Runs of layers as people write them: `0–3, 7`. */

import type { FoldedTensorEntry } from '../../report/schema.js';

export function formatRanges(ranges: FoldedTensorEntry['layers']): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
