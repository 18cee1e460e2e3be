/** The difference of two lists of numbers: sums of squares, from which errors are computed, and counts. */

export interface ValueDifference {
  /** All numbers. */
  count: number;
  /** Number of values that differ. */
  differing: number;
  /** Values that are not finite in one or both lists and differ; they are excluded from the sums. */
  notFinite: number;
  /** Sum of the squares of the first list. */
  squares: number;
  /** Sum of the squares of the differences. */
  errorSquares: number;
  /** The largest difference. */
  largest: number;
}

export interface DifferenceSums {
  /** Takes the first `count` numbers of both. */
  add(before: Float32Array, after: Float32Array, count: number): void;
  take(): ValueDifference;
}

export function differenceSums(): DifferenceSums {
  let all = 0;
  let differing = 0;
  let notFinite = 0;
  let squares = 0;
  let errorSquares = 0;
  let largest = 0;
  return {
    add(before, after, count) {
      all += count;
      let ofValues = 0;
      let ofErrors = 0;
      for (let i = 0; i < count; i++) {
        const a = before[i] as number;
        const b = after[i] as number;
        const error = a - b;
        if (error === 0) {
          ofValues += a * a;
          continue;
        }
        const square = error * error;
        // This includes NaN on one side, and equal infinities on both.
        if (!(square < Number.POSITIVE_INFINITY)) {
          if (Object.is(a, b)) continue;
          differing++;
          notFinite++;
          continue;
        }
        differing++;
        ofValues += a * a;
        ofErrors += square;
        const size = error < 0 ? -error : error;
        if (size > largest) largest = size;
      }
      squares += ofValues;
      errorSquares += ofErrors;
    },
    take: () => ({ count: all, differing, notFinite, squares, errorSquares, largest }),
  };
}
