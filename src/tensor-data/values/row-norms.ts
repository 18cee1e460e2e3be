/**
 * The norms of a tensor's rows (square root of the sum of squares): minimum, maximum, and a histogram for the median. Its bins are 1/128 of
 * a power of two wide, so the median is accurate to 0.4 %, and memory use does not depend on the number of rows.
 */

import { gatherBins, mergeBins, noBins, type SparseBins } from './sparse-bins.js';

export interface RowNorms {
  rows: number;
  /** Number of rows that are all zeros. */
  zero: number;
  /** Number of rows with a NaN or an infinity; they have no norm and are excluded from the rest. */
  notFinite: number;
  /** Infinity if no row has a norm. */
  min: number;
  /** 0 if no row has a norm. */
  max: number;
  /** The top 16 bits of the norm as float32. */
  bins: SparseBins;
}

const SHIFT = 16;
const BINS = 1 << 15;

export function noRows(): RowNorms {
  return { rows: 0, zero: 0, notFinite: 0, min: Number.POSITIVE_INFINITY, max: 0, bins: noBins() };
}

export function mergeRows(a: RowNorms, b: RowNorms): RowNorms {
  return {
    rows: a.rows + b.rows,
    zero: a.zero + b.zero,
    notFinite: a.notFinite + b.notFinite,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    bins: mergeBins(a.bins, b.bins),
  };
}

/** The median norm; undefined if no row has a norm. */
export function medianNorm({ bins, min, max }: RowNorms): number | undefined {
  const total = bins.counts.reduce((sum, count) => sum + count, 0);
  let left = total / 2;
  for (const [i, bin] of bins.bins.entries()) {
    left -= bins.counts[i] as number;
    if (left <= 0) return Math.min(max, Math.max(min, floatOfBin(bin)));
  }
  return undefined;
}

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** The middle of a bin. */
function floatOfBin(bin: number): number {
  scratch[0] = bin === 0 ? 0 : (bin << SHIFT) | (1 << (SHIFT - 1));
  return scratchFloat[0] as number;
}

export interface NormCollector {
  /** Takes the sum of squares of a row; a non-finite sum means a row with a non-finite number. */
  add(squares: number): void;
  /** Returns the norms added since the last call. */
  take(): RowNorms;
}

export function normCollector(): NormCollector {
  const table = new Uint32Array(BINS);
  let norms = noRows();
  let low = BINS;
  let high = -1;
  return {
    add(squares) {
      norms.rows++;
      if (!Number.isFinite(squares)) {
        norms.notFinite++;
        return;
      }
      if (squares === 0) norms.zero++;
      const norm = Math.sqrt(squares);
      if (norm < norms.min) norms.min = norm;
      if (norm > norms.max) norms.max = norm;
      scratchFloat[0] = norm;
      const bin = (scratch[0] as number) >>> SHIFT;
      table[bin] = (table[bin] as number) + 1;
      if (bin < low) low = bin;
      if (bin > high) high = bin;
    },
    take() {
      const taken = { ...norms, bins: gatherBins(table, low, high) };
      norms = noRows();
      low = BINS;
      high = -1;
      return taken;
    },
  };
}
