/** The first few numbers of vectors that were computed, as reports have them. */

import type { Vectors } from '../inference/vectors.js';
import type { VectorSample } from './attention-schema.js';
import { computedNumber } from './json-number.js';

/** Numbers of each vector that are shown. */
const SAMPLE = 4;

/** Of each vector the first numbers of the stretch of `length` that begins at `from`. */
export function sampleOf({ values, length: step, count }: Vectors, from: number, length: number): VectorSample {
  const shown = Math.min(SAMPLE, length);
  const first = Array.from({ length: count }, (_, token) => {
    const at = token * step + from;
    return numbersOf(values.subarray(at, at + shown));
  });
  return { length, first };
}

export function numbersOf(values: Iterable<number>): (number | null)[] {
  return Array.from(values, computedNumber);
}
