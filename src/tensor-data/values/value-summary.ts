/**
 * The statistics of a tensor's numbers from its sums. NaN and infinities are counted and left out of all else: one of them would make
 * every mean meaningless.
 */

import { countBelow, quantileOf } from './magnitude-bins.js';
import { medianNorm } from './row-norms.js';
import type { ValueSums } from './value-sums.js';

export interface ValueSummary {
  count: number;
  zeros: number;
  nans: number;
  infinities: number;
  /** Null, as all that follows, where no number is finite. */
  min: number | null;
  max: number | null;
  mean: number | null;
  /** The root of the mean square distance from the mean, over all numbers (not one fewer). */
  standardDeviation: number | null;
  /** The root of the mean square. */
  rms: number | null;
  /** Right to 1/8 of a power of two. */
  median: number | null;
  /**
   * Numbers further than 6 standard deviations from the mean, from the histogram: exact but for the two bins, 1/8 of a power of two
   * wide, that those bounds cut. 0 where there cannot be any.
   */
  outliers: number;
  /** Whether all numbers are finite and the same. */
  constant: boolean;
  rows: {
    count: number;
    /** Rows of nothing but zeros. */
    zero: number;
    /** Rows with a NaN or an infinity. */
    notFinite: number;
    /** Lengths (root of the sum of squares) of the finite rows, the median right within 0.4 %. */
    shortest: number | null;
    median: number | null;
    longest: number | null;
  };
  /** Blocks by what is wrong with their scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
}

/** How many standard deviations away a number is an outlier. */
const OUTLIER_DEVIATIONS = 6;

/** Smaller float32 have fewer digits. */
const SMALLEST_NORMAL = 2 ** -126;

export function summarize(sums: ValueSums): ValueSummary {
  const { count, zeros, nans, infinities, rows, scales, blocks } = sums;
  const finite = count - nans - infinities;
  const some = finite > 0;
  const mean = sums.sum / finite;
  const constant = some && finite === count && sums.min === sums.max;
  const deviation = constant ? 0 : Math.sqrt(Math.max(0, sums.squares / finite - mean * mean));
  const withNorm = rows.rows - rows.notFinite;
  return {
    count,
    zeros,
    nans,
    infinities,
    min: some ? sums.min : null,
    max: some ? sums.max : null,
    mean: some ? mean : null,
    standardDeviation: some ? deviation : null,
    rms: some ? Math.sqrt(sums.squares / finite) : null,
    median: some ? medianOf(sums) : null,
    outliers: some ? outliersOf(sums, mean, OUTLIER_DEVIATIONS * deviation, finite) : 0,
    constant,
    rows: {
      count: rows.rows,
      zero: rows.zero,
      notFinite: rows.notFinite,
      shortest: withNorm > 0 ? rows.min : null,
      median: withNorm > 0 ? (medianNorm(rows) ?? null) : null,
      longest: withNorm > 0 ? rows.max : null,
    },
    scales: scales === null ? null : { blocks, ...scales },
  };
}

function medianOf({ magnitudes, min, max }: ValueSums): number | null {
  const median = quantileOf(magnitudes, 0.5);
  if (median === undefined) return null;
  // Zeros are in one bin with the smallest numbers that there are.
  return Math.abs(median) < SMALLEST_NORMAL ? 0 : Math.min(max, Math.max(min, median));
}

function outliersOf({ magnitudes, min, max }: ValueSums, mean: number, distance: number, finite: number): number {
  // Without the extremes beyond the bounds there is nothing to count, whatever the bins at the bounds hold.
  const below = min < mean - distance ? Math.max(1, countBelow(magnitudes, mean - distance)) : 0;
  const above = max > mean + distance ? Math.max(1, finite - countBelow(magnitudes, mean + distance)) : 0;
  return Math.round(below + above);
}
