/**
 * The positions of abnormal numbers in a tensor, in addition to their counts (value-sums.ts): a report of damage names the block, the row
 * and the bytes. Numbers, rows and blocks are counted from the start of the scanned part.
 */

import { mergeRuns, noRuns, type ZeroRuns } from './zero-runs.js';

/** First and last index, both included. */
export interface Span {
  first: number;
  last: number;
}

export interface Faults {
  /** Values that are NaN or infinite. */
  notFinite: Span | null;
  /** Blocks whose scale is NaN or infinite. */
  scales: Span | null;
  /** The largest number in the part of a row with the largest mean square. */
  largest: { index: number; magnitude: number; meanSquare: number } | null;
  /** The first few runs of rows of zeros. */
  zeroRows: readonly Span[];
  zeroBytes: ZeroRuns;
}

/** Maximum number of listed runs of rows. */
const MOST_ROW_RUNS = 32;

export function noFaults(): Faults {
  return { notFinite: null, scales: null, largest: null, zeroRows: [], zeroBytes: noRuns() };
}

/** Merges the faults of two pieces, the earlier one first; `before` is the size of the first piece. */
export function mergeFaults(a: Faults, b: Faults, before: { numbers: number; rows: number; blocks: number }): Faults {
  const { numbers, rows, blocks } = before;
  return {
    notFinite: joined(a.notFinite, b.notFinite, numbers),
    scales: joined(a.scales, b.scales, blocks),
    largest:
      b.largest === null || (a.largest !== null && a.largest.meanSquare >= b.largest.meanSquare)
        ? a.largest
        : { ...b.largest, index: b.largest.index + numbers },
    zeroRows: joinedRuns(a.zeroRows, b.zeroRows, rows),
    zeroBytes: mergeRuns(a.zeroBytes, b.zeroBytes),
  };
}

function joined(a: Span | null, b: Span | null, before: number): Span | null {
  if (b === null) return a;
  return { first: a?.first ?? b.first + before, last: b.last + before };
}

function joinedRuns(a: readonly Span[], b: readonly Span[], before: number): readonly Span[] {
  if (b.length === 0) return a;
  const runs = [...a];
  for (const { first, last } of b) {
    const previous = runs.at(-1);
    if (previous !== undefined && previous.last + 1 === first + before)
      runs[runs.length - 1] = { first: previous.first, last: last + before };
    else if (runs.length < MOST_ROW_RUNS) runs.push({ first: first + before, last: last + before });
  }
  return runs;
}

/** Examines the rows of a piece, or parts of rows, as they arrive. */
export interface FaultCollector {
  begin(): void;
  /** Takes part of a row: numbers from `at` on, and the sum of their squares, which is not finite if a number is not finite. */
  add(values: Float32Array, at: number, length: number, squares: number): void;
  /** Takes the number of a row that is all zeros. */
  addZeroRow(row: number): void;
  end(): Pick<Faults, 'notFinite' | 'largest' | 'zeroRows'>;
}

export function faultCollector(): FaultCollector {
  let numbers = 0;
  let notFinite: Span | null = null;
  let most = 0;
  let largest: Faults['largest'] = null;
  let zeroRows: Span[] = [];
  return {
    begin() {
      numbers = 0;
      notFinite = null;
      most = 0;
      largest = null;
      zeroRows = [];
    },
    add(values, at, length, squares) {
      if (!(squares < Number.POSITIVE_INFINITY)) {
        for (let i = 0; i < length; i++) {
          if (Number.isFinite(values[at + i])) continue;
          notFinite = { first: notFinite?.first ?? numbers + i, last: numbers + i };
        }
      } else if (squares > most * length) {
        // Among random rows, few are larger than all before them, so this second look is rare.
        most = squares / length;
        let found = 0;
        for (let i = 1; i < length; i++) {
          if (Math.abs(values[at + i] as number) > Math.abs(values[at + found] as number)) found = i;
        }
        largest = { index: numbers + found, magnitude: Math.abs(values[at + found] as number), meanSquare: most };
      }
      numbers += length;
    },
    addZeroRow(row) {
      const last = zeroRows.at(-1);
      if (last !== undefined && last.last + 1 === row) last.last = row;
      else if (zeroRows.length < MOST_ROW_RUNS) zeroRows.push({ first: row, last: row });
    },
    end: () => ({ notFinite, largest, zeroRows }),
  };
}
