/**
 * The scan's results for the numbers of a tensor or a piece: counts and sums, which are merged by adding. Counts, extremes and histograms
 * are exact and independent of how a tensor is divided; sums are doubles, so the division can change their last digits.
 */

import type { ScaleCounts } from '../../formats/block-scales.js';
import { type Faults, mergeFaults, noFaults } from './faults.js';
import { mergeRows, noRows, type RowNorms } from './row-norms.js';
import { mergeBins, noBins, type SparseBins } from './sparse-bins.js';

/** The sums over the numbers. */
export interface CollectedSums {
  zeros: number;
  nans: number;
  infinities: number;
  /** Minimum of the finite numbers; Infinity if there are none. */
  min: number;
  /** Maximum of the finite numbers; -Infinity if there are none. */
  max: number;
  /** Sum of the finite numbers. */
  sum: number;
  /** The sum of their squares. */
  squares: number;
  /** The finite numbers by magnitude: magnitude-bins.ts. */
  magnitudes: SparseBins;
}

export interface ValueSums extends CollectedSums {
  /** Number of values, including non-finite ones. */
  count: number;
  rows: RowNorms;
  /** Blocks with useless scales; null for formats without scales. */
  scales: ScaleCounts | null;
  /** Number of blocks examined. */
  blocks: number;
  /** The positions of abnormal numbers. */
  faults: Faults;
}

export function noNumbers(): CollectedSums {
  return {
    zeros: 0,
    nans: 0,
    infinities: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sum: 0,
    squares: 0,
    magnitudes: noBins(),
  };
}

export function noValues(): ValueSums {
  return { ...noNumbers(), count: 0, rows: noRows(), scales: null, blocks: 0, faults: noFaults() };
}

/** Merges the sums of two parts, the earlier one first. */
export function mergeCollected(a: CollectedSums, b: CollectedSums): CollectedSums {
  return {
    zeros: a.zeros + b.zeros,
    nans: a.nans + b.nans,
    infinities: a.infinities + b.infinities,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    magnitudes: mergeBins(a.magnitudes, b.magnitudes),
  };
}

/** Merges the sums of two pieces, the earlier one first; pieces end between rows. */
export function mergeSums(a: ValueSums, b: ValueSums): ValueSums {
  return {
    ...mergeCollected(a, b),
    count: a.count + b.count,
    rows: mergeRows(a.rows, b.rows),
    scales: mergeScales(a.scales, b.scales),
    blocks: a.blocks + b.blocks,
    faults: mergeFaults(a.faults, b.faults, { numbers: a.count, rows: a.rows.rows, blocks: a.blocks }),
  };
}

function mergeScales(a: ScaleCounts | null, b: ScaleCounts | null): ScaleCounts | null {
  if (a === null || b === null) return a ?? b;
  return { zero: a.zero + b.zero, nan: a.nan + b.nan, infinite: a.infinite + b.infinite };
}
