/**
 * The histogram that the scan makes in its one pass, before it knows the range of the numbers: a bin for each sign, power of two and
 * eighth of it. That is the top 12 bits of a float32, so nothing is computed to find the bin of a number, and any range fits.
 * Bins are 1/8 of a power of two wide: what is read off them is right to that width.
 */

import type { SparseBins } from './sparse-bins.js';

/** Bins 0 to 2,047 are the numbers from 0 up, those from 2,048 on the negative ones from -0 down. */
export const MAGNITUDE_BINS = 4096;
export const BIN_SHIFT = 20;
const NEGATIVE = MAGNITUDE_BINS / 2;

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** The numbers of a bin lie from `from` to `to`, which are finite; `from` is the lower one, also of a negative bin. */
export function binRange(bin: number): { from: number; to: number } {
  const near = magnitude(bin & (NEGATIVE - 1));
  const far = magnitude((bin & (NEGATIVE - 1)) + 1);
  return bin < NEGATIVE ? { from: near, to: far } : { from: -far, to: near === 0 ? 0 : -near };
}

/** The smallest magnitude of a bin; of the one behind the last, the largest float32. */
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

/** The bins in the order of the numbers, the most negative first. */
function binsInOrder({ bins, counts }: SparseBins): RangedBin[] {
  const ranged = Array.from(bins, (bin, i) => ({ ...binRange(bin), count: counts[i] as number }));
  const positive = bins.findIndex((bin) => bin >= NEGATIVE);
  if (positive < 0) return ranged;
  return [...ranged.slice(positive).reverse(), ...ranged.slice(0, positive)];
}

/** How many numbers lie below a bound. Inside of the one bin that the bound cuts they are taken to be spread evenly. */
export function countBelow(histogram: SparseBins, bound: number): number {
  let below = 0;
  for (const { from, to, count } of binsInOrder(histogram)) {
    if (to <= bound) below += count;
    else if (from < bound) below += (count * (bound - from)) / (to - from);
  }
  return below;
}

/**
 * The number below which a share of all lies (0.5: the median), right to the width of a bin. Undefined where nothing was counted.
 */
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
