/**
 * Where in a tensor the numbers are that stand out, beside how many there are (value-sums.ts): what is said of damage names the block, the
 * row and the bytes. Numbers, rows and blocks are counted from the start of what was scanned.
 */

import { mergeRuns, noRuns, type ZeroRuns } from './zero-runs.js';

/** The first and the last of several; both are meant. */
export interface Span {
  first: number;
  last: number;
}

export interface Faults {
  /** Numbers that are NaN or infinite. */
  notFinite: Span | null;
  /** Blocks whose scale is NaN or infinite. */
  scales: Span | null;
  /** The largest number in the part of a row whose numbers are the largest in the mean. */
  largest: { index: number; magnitude: number; meanSquare: number } | null;
  /** Rows of zeros: the first few runs of them. */
  zeroRows: readonly Span[];
  zeroBytes: ZeroRuns;
}

/** Runs of rows that are told one by one. */
const MOST_ROW_RUNS = 32;

export function noFaults(): Faults {
  return { notFinite: null, scales: null, largest: null, zeroRows: [], zeroBytes: noRuns() };
}

/** The faults of two pieces, the earlier one first; `before` is what the first one has of each. */
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

/** Looks at the rows of a piece, or at parts of them, as they come. */
export interface FaultCollector {
  begin(): void;
  /** Takes part of a row: numbers from `at` on, with the sum of their squares, which is not finite where one of them is not. */
  add(values: Float32Array, at: number, length: number, squares: number): void;
  /** Takes a whole row that is all zeros, by its number. */
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
        // Of random rows only a few are larger than all before them, so the numbers are seldom looked at again.
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
