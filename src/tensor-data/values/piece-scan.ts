/**
 * Scans one piece of a tensor: it takes bytes in portions of whole blocks and returns sums. A piece is a whole number of rows; portions may
 * end between any two blocks.
 */

import { type CountScales, type ScaleCounts, scaleCounter } from '../../formats/block-scales.js';
import type { TensorType } from '../../formats/tensor-types.js';
import { type FaultCollector, faultCollector, type Span } from './faults.js';
import { CHUNK_VALUES, type ValueKernels } from './plain-kernels.js';
import { type NormCollector, normCollector } from './row-norms.js';
import { mergeCollected, noNumbers, type ValueSums } from './value-sums.js';
import { zeroRunFinder } from './zero-runs.js';

/** The form of a tensor, as far as the scan needs it; part of `ReadableData`. */
export interface ValueForm {
  type: TensorType;
  littleEndian: boolean;
  /** Numbers in a row, which are whole blocks. */
  rowLength: number;
}

/** The kernels' sums are taken after this many numbers, because their counts have 32 bits. */
const MOST_COLLECTED = 2 ** 30;

/** Scans pieces one after the other. */
export interface PieceScan {
  /** The buffer for the bytes of the next portion, from index 0. */
  room: Uint8Array;
  /** Begins a piece. Throws RangeError for a type without a float form. */
  begin(form: ValueForm): void;
  /** Takes `bytes` bytes of the buffer, which are whole blocks. */
  add(bytes: number): void;
  /** Ends the piece; the taken bytes must be whole rows. */
  end(): ValueSums;
}

export function pieceScan(kernels: ValueKernels): PieceScan {
  const norms = normCollector();
  const faults = faultCollector();
  const zeroBytes = zeroRunFinder();
  const rows = rowCutter(kernels, norms, faults);
  let form: ValueForm | undefined;
  let dequantize: (from: number, blocks: number) => void = () => undefined;
  let countScales: CountScales | undefined;
  let scales: ScaleCounts = { zero: 0, nan: 0, infinite: 0 };
  let brokenScales: Span | null = null;
  let blocks = 0;
  let collected = noNumbers();
  let uncollected = 0;

  return {
    room: kernels.room,
    begin(next) {
      const { type, littleEndian } = next;
      const found = kernels.dequantizer(type, littleEndian);
      if (found === undefined) throw new RangeError(`${type.name} has no float form`);
      form = next;
      dequantize = found;
      countScales = scaleCounter(type, littleEndian);
      scales = { zero: 0, nan: 0, infinite: 0 };
      brokenScales = null;
      blocks = 0;
      collected = noNumbers();
      uncollected = 0;
      faults.begin();
      zeroBytes.begin();
      rows.begin(next.rowLength);
    },
    add(bytes) {
      const { blockBytes, blockElements } = (form as ValueForm).type;
      const all = Math.floor(bytes / blockBytes);
      const most = Math.floor(CHUNK_VALUES / blockElements);
      zeroBytes.add(kernels.room, bytes);
      countBlocks(all, blockBytes);
      for (let block = 0; block < all; block += most) {
        const some = Math.min(most, all - block);
        dequantize(block * blockBytes, some);
        rows.add(some * blockElements);
      }
      blocks += all;
      uncollected += all * blockElements;
      if (uncollected < MOST_COLLECTED) return;
      collected = mergeCollected(collected, kernels.take());
      uncollected = 0;
    },
    end() {
      const count = blocks * (form as ValueForm).type.blockElements;
      const kept = countScales === undefined ? null : scales;
      collected = mergeCollected(collected, kernels.take());
      const found = { ...faults.end(), scales: brokenScales, zeroBytes: zeroBytes.end() };
      return { ...collected, count, rows: norms.take(), scales: kept, blocks, faults: found };
    },
  };

  /** Counts useless scales. Which blocks have them is determined only if there are any. */
  function countBlocks(all: number, blockBytes: number): void {
    if (countScales === undefined) return;
    const before = scales.nan + scales.infinite;
    countScales(kernels.room, 0, all, scales);
    if (scales.nan + scales.infinite === before) return;
    for (let block = 0; block < all; block++) {
      const one: ScaleCounts = { zero: 0, nan: 0, infinite: 0 };
      countScales(kernels.room, block * blockBytes, 1, one);
      if (one.nan + one.infinite === 0) continue;
      brokenScales = { first: brokenScales?.first ?? blocks + block, last: blocks + block };
    }
  }
}

/** Splits incoming numbers into rows: as many whole rows at a time as there are, and the parts of rows at portion ends. */
function rowCutter({ squares, collect, values }: ValueKernels, norms: NormCollector, faults: FaultCollector) {
  let row = 0;
  let length = 0;
  let missing = 0;
  let partly = 0;
  return {
    begin(rowLength: number) {
      row = 0;
      length = rowLength;
      missing = rowLength;
      partly = 0;
    },
    add(count: number) {
      for (let at = 0; at < count; ) {
        const left = count - at;
        const whole = missing === length ? Math.floor(left / length) : 0;
        if (whole > 0) {
          collect(at, whole, length);
          for (let i = 0; i < whole; i++) {
            faults.add(values, at + i * length, length, squares[i] as number);
            end(squares[i] as number);
          }
          at += whole * length;
          continue;
        }
        const part = Math.min(missing, left);
        collect(at, 1, part);
        faults.add(values, at, part, squares[0] as number);
        partly += squares[0] as number;
        missing -= part;
        at += part;
        if (missing > 0) continue;
        end(partly);
        missing = length;
        partly = 0;
      }
    },
  };

  function end(ofRow: number): void {
    norms.add(ofRow);
    if (ofRow === 0) faults.addZeroRow(row);
    row++;
  }
}
