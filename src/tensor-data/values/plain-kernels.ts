/**
 * The work of the value scan in plain TypeScript: blocks to numbers, numbers to sums. It is what the WebAssembly of ../../formats/simd is
 * compared with, and does the work where that cannot run.
 */

import { dequantizer } from '../../formats/dequantize.js';
import type { TensorType } from '../../formats/tensor-types.js';
import { BIN_SHIFT, MAGNITUDE_BINS } from './magnitude-bins.js';
import { gatherBins } from './sparse-bins.js';
import { type CollectedSums, noNumbers } from './value-sums.js';

/** Numbers that are worked on at once; they stay in the processor's nearest memory. A whole number of blocks of any type. */
export const CHUNK_VALUES = 4096;

/** Bytes that are read at once; they stay in the memory of one core. */
export const ROOM_BYTES = 512 * 1024;

/** What a histogram is counted against: bins of equal width over a range. */
export interface HistogramRange {
  /** The first bin begins here. */
  min: number;
  /** The last one ends here, and has what equals it. Where both are the same, all is in the first bin. */
  max: number;
  /** At most MOST_BINS. */
  bins: number;
}

export const MOST_BINS = 256;

/** How many bins lie between two numbers that differ by 1. */
export function binsPerUnit({ min, max, bins }: HistogramRange): number {
  return max > min ? bins / (max - min) : 0;
}

export interface ValueKernels {
  /** Where blocks are read to: ROOM_BYTES. */
  room: Uint8Array;
  /** What blocks are turned into: CHUNK_VALUES numbers. */
  values: Float32Array;
  /** For each row that `collect` was last given its sum of squares; not finite where one of its numbers is not. */
  squares: Float64Array;
  /** Turns so many blocks of the room, from a byte on, into numbers. Undefined for a type that has no float form. */
  dequantizer(type: TensorType, littleEndian: boolean): ((from: number, blocks: number) => void) | undefined;
  /** Adds rows of the numbers, from index `at` on. */
  collect(at: number, rows: number, length: number): void;
  /** The sums of what was collected since the last time. */
  take(): CollectedSums;
  /** Adds the first of the numbers to counts, a bin for each; those that are not finite or not in the range are in none. */
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
