/**
 * The statistics of a tensor's numbers, computed from its sums. NaN and infinities are counted but otherwise excluded: one of them would
 * make every mean meaningless.
 */

import { countBelow, quantileOf } from './magnitude-bins.js';
import { medianNorm } from './row-norms.js';
import type { ValueSums } from './value-sums.js';

export interface ValueSummary {
  count: number;
  zeros: number;
  nans: number;
  infinities: number;
  /** Null, like the following, if no number is finite. */
  min: number | null;
  max: number | null;
  mean: number | null;
  /** The population standard deviation (divided by n, not n − 1). */
  standardDeviation: number | null;
  /** Root mean square. */
  rms: number | null;
  /** Accurate to 1/8 of a power of two. */
  median: number | null;
  /**
   * Number of values more than 6 standard deviations from the mean, from the histogram: exact except for the two bins, 1/8 of a power of
   * two wide, that contain the bounds. 0 if there cannot be any.
   */
  outliers: number;
  /** Whether all numbers are finite and equal. */
  constant: boolean;
  rows: {
    count: number;
    /** Number of rows that are all zeros. */
    zero: number;
    /** Number of rows with a NaN or an infinity. */
    notFinite: number;
    /** Norms (root of the sum of squares) of the finite rows; the median is accurate to 0.4 %. */
    shortest: number | null;
    median: number | null;
    longest: number | null;
  };
  /** Blocks by the fault of their scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
}

/** A number further than this many standard deviations from the mean is an outlier. */
const OUTLIER_DEVIATIONS = 6;

/** Smaller float32 are subnormal and have fewer digits. */
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
  // Zeros share a bin with the smallest numbers.
  return Math.abs(median) < SMALLEST_NORMAL ? 0 : Math.min(max, Math.max(min, median));
}

function outliersOf({ magnitudes, min, max }: ValueSums, mean: number, distance: number, finite: number): number {
  // If the extremes are within the bounds, there is nothing to count, whatever the bins at the bounds contain.
  const below = min < mean - distance ? Math.max(1, countBelow(magnitudes, mean - distance)) : 0;
  const above = max > mean + distance ? Math.max(1, finite - countBelow(magnitudes, mean + distance)) : 0;
  return Math.round(below + above);
}
