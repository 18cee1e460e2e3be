/**
 * The value scan's kernels in plain TypeScript: blocks to numbers, numbers to sums. They are the reference for the WebAssembly in
 * ../../formats/simd, and the fallback where that cannot run.
 */

import { dequantizer } from '../../formats/dequantize.js';
import type { TensorType } from '../../formats/tensor-types.js';
import { BIN_SHIFT, MAGNITUDE_BINS } from './magnitude-bins.js';
import { gatherBins } from './sparse-bins.js';
import { type CollectedSums, noNumbers } from './value-sums.js';

/** Numbers processed at a time; they fit into the fastest CPU cache. A whole number of blocks of any type. */
export const CHUNK_VALUES = 4096;

/** Bytes read at a time; they fit into a core's cache. */
export const ROOM_BYTES = 512 * 1024;

/** The bins of a histogram, of equal width over a range. */
export interface HistogramRange {
  /** The first bin begins here. */
  min: number;
  /** The last bin ends here, inclusive. If both bounds are equal, everything is in the first bin. */
  max: number;
  /** At most MOST_BINS. */
  bins: number;
}

export const MOST_BINS = 256;

/** Bins per unit of the number range. */
export function binsPerUnit({ min, max, bins }: HistogramRange): number {
  return max > min ? bins / (max - min) : 0;
}

export interface ValueKernels {
  /** The buffer that blocks are read into: ROOM_BYTES. */
  room: Uint8Array;
  /** The dequantized numbers: CHUNK_VALUES of them. */
  values: Float32Array;
  /** For each row of the last `collect` call, its sum of squares; not finite if one of its numbers is not. */
  squares: Float64Array;
  /** Dequantizes blocks of the buffer, from a byte offset on. Undefined for a type without a float form. */
  dequantizer(type: TensorType, littleEndian: boolean): ((from: number, blocks: number) => void) | undefined;
  /** Adds rows of `values`, from index `at` on. */
  collect(at: number, rows: number, length: number): void;
  /** The sums of everything collected since the last call. */
  take(): CollectedSums;
  /** Counts the first `numbers` numbers in the bins; non-finite and out-of-range numbers are not counted. */
  count(numbers: number, range: HistogramRange, counts: Float64Array): void;
}

export function plainKernels(): ValueKernels {
  const room = new Uint8Array(ROOM_BYTES);
  const values = new Float32Array(CHUNK_VALUES);
  const bits = new Uint32Array(values.buffer);
  const squares = new Float64Array(CHUNK_VALUES);
  const table = new Uint32Array(MAGNITUDE_BINS);
  let sums = noNumbers();

  return {
    room,
    values,
    squares,
    dequantizer(type, littleEndian) {
      const dequantize = dequantizer(type, littleEndian);
      return dequantize && ((from, blocks) => dequantize(room, from, blocks, values, 0));
    },
    collect(at, rows, length) {
      for (let row = 0; row < rows; row++) squares[row] = addRow(at + row * length, length);
    },
    take() {
      const taken = { ...sums, magnitudes: gatherBins(table, 0, MAGNITUDE_BINS - 1) };
      sums = noNumbers();
      return taken;
    },
    count(numbers, range, counts) {
      const { min, max, bins } = range;
      const scale = binsPerUnit(range);
      for (let i = 0; i < numbers; i++) {
        const value = values[i] as number;
        if (!(value >= min && value <= max)) continue;
        const bin = Math.min(bins - 1, Math.floor((value - min) * scale));
        counts[bin] = (counts[bin] as number) + 1;
      }
    },
  };

  function addRow(at: number, length: number): number {
    let { zeros, min, max } = sums;
    let sum = 0;
    let ofSquares = 0;
    let special = 0;
    for (let i = at; i < at + length; i++) {
      const value = values[i] as number;
      const square = value * value;
      // The square of a finite float32 is finite as a double.
      if (!(square < Number.POSITIVE_INFINITY)) {
        special += square;
        if (Number.isNaN(value)) sums.nans++;
        else sums.infinities++;
        continue;
      }
      if (value === 0) zeros++;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      ofSquares += square;
      const bin = (bits[i] as number) >>> BIN_SHIFT;
      table[bin] = (table[bin] as number) + 1;
    }
    sums.zeros = zeros;
    sums.min = min;
    sums.max = max;
    sums.sum += sum;
    sums.squares += ofSquares;
    return ofSquares + special;
  }
}
