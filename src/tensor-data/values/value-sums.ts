/**
 * What the scan keeps of the numbers of a tensor, or of a piece of one: counts and sums, which merge by adding. Counts, extremes and
 * histograms are exact and the same however a tensor was cut; sums are doubles, so another cut can change their last digits.
 */

import type { ScaleCounts } from '../../formats/block-scales.js';
import { type Faults, mergeFaults, noFaults } from './faults.js';
import { mergeRows, noRows, type RowNorms } from './row-norms.js';
import { mergeBins, noBins, type SparseBins } from './sparse-bins.js';

/** What the numbers alone give. */
export interface CollectedSums {
  zeros: number;
  nans: number;
  infinities: number;
  /** Of the finite numbers; Infinity where there are none. */
  min: number;
  /** Of the finite numbers; -Infinity where there are none. */
  max: number;
  /** Of the finite numbers. */
  sum: number;
  /** The sum of their squares. */
  squares: number;
  /** The finite numbers by magnitude: magnitude-bins.ts. */
  magnitudes: SparseBins;
}

export interface ValueSums extends CollectedSums {
  /** All numbers, those included that are not finite. */
  count: number;
  rows: RowNorms;
  /** Blocks whose scale is of no use; null for formats without scales. */
  scales: ScaleCounts | null;
  /** Blocks that have been looked at. */
  blocks: number;
  /** Where the numbers are that stand out. */
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

/** The sums of two parts, the earlier one first. */
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

/** The sums of two pieces, the earlier one first; pieces are cut between rows. */
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
