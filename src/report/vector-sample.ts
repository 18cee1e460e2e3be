/** The first few elements of computed vectors, for reports. */

import type { Vectors } from '../inference/vectors.js';
import type { VectorSample } from './attention-schema.js';
import { computedNumber } from './json-number.js';

/** Elements of each vector that are shown. */
const SAMPLE = 4;

/** The first elements of a part of each vector: `length` elements from `from`. */
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
