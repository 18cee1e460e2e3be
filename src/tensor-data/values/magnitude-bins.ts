/**
 * The histogram of the single-pass scan, which does not know the range of the numbers beforehand. It has a bin for each sign, power of two,
 * and eighth of a power of two: the top 12 bits of a float32. So finding a bin needs no computation, and any range fits. Bins are 1/8 of a
 * power of two wide, which limits the precision of results.
 */

import type { SparseBins } from './sparse-bins.js';

/** Bins 0 to 2,047 are for numbers from 0 up, bins from 2,048 on for negative numbers from -0 down. */
export const MAGNITUDE_BINS = 4096;
export const BIN_SHIFT = 20;
const NEGATIVE = MAGNITUDE_BINS / 2;

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** The finite bounds of a bin's numbers; `from` is the lower one, also for a negative bin. */
export function binRange(bin: number): { from: number; to: number } {
  const near = magnitude(bin & (NEGATIVE - 1));
  const far = magnitude((bin & (NEGATIVE - 1)) + 1);
  return bin < NEGATIVE ? { from: near, to: far } : { from: -far, to: near === 0 ? 0 : -near };
}

/** The smallest magnitude of a bin; for the index after the last bin, the largest float32. */
function magnitude(bin: number): number {
  scratch[0] = Math.min(bin << BIN_SHIFT, 0x7f7fffff);
  return scratchFloat[0] as number;
}

/** A bin with its range. */
interface RangedBin {
  from: number;
  to: number;
  count: number;
}

/** The bins in numeric order, most negative first. */
function binsInOrder({ bins, counts }: SparseBins): RangedBin[] {
  const ranged = Array.from(bins, (bin, i) => ({ ...binRange(bin), count: counts[i] as number }));
  const positive = bins.findIndex((bin) => bin >= NEGATIVE);
  if (positive < 0) return ranged;
  return [...ranged.slice(positive).reverse(), ...ranged.slice(0, positive)];
}

/** How many numbers are below a bound. The numbers of the bin that contains the bound are assumed to be spread evenly. */
export function countBelow(histogram: SparseBins, bound: number): number {
  let below = 0;
  for (const { from, to, count } of binsInOrder(histogram)) {
    if (to <= bound) below += count;
    else if (from < bound) below += (count * (bound - from)) / (to - from);
  }
  return below;
}

/** The quantile of a share (0.5: the median), as precise as the bin width. Undefined if nothing was counted. */
export function quantileOf(histogram: SparseBins, share: number): number | undefined {
  const ordered = binsInOrder(histogram);
  const total = ordered.reduce((sum, { count }) => sum + count, 0);
  let left = share * total;
  for (const { from, to, count } of ordered) {
    if (left <= count) return from + ((to - from) * left) / count;
    left -= count;
  }
  return ordered.at(-1)?.to;
}
