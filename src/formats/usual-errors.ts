/**
 * The usual error of quantizing: the relative error of a tensor against its original, which is the root mean square of the difference in
 * percent of that of the numbers. The ranges follow from a format's levels and the distribution of trained weights (roughly normal), with a
 * margin for the quantizer's search and for importance matrices; Q4_K, Q6_K and Q8_0 were measured.
 */

import { tensorTypeByName } from './tensor-types.js';
import type { ReadableTypeName } from './types/llama-cpp.js';

/** Least and most, in percent. */
const PERCENT: Readonly<Record<ReadableTypeName, readonly [least: number, most: number]>> = {
  ...{ F64: [0, 0], F32: [0, 0], F16: [0, 0.05], BF16: [0.1, 0.3] },
  ...{ I8: [0, 0], I16: [0, 0], I32: [0, 0], I64: [0, 0] },
  ...{ Q8_0: [0.3, 0.9], Q8_1: [0.3, 0.9], Q8_K: [0.3, 0.9] },
  ...{ Q4_0: [7, 13], Q4_1: [6, 11], Q5_0: [3, 6], Q5_1: [2.5, 5] },
  ...{ Q2_K: [22, 42], Q3_K: [11, 20], Q4_K: [5, 10], Q5_K: [2.5, 5], Q6_K: [1.2, 2.8] },
  ...{ IQ1_S: [38, 70], IQ1_M: [35, 65], IQ2_XXS: [25, 45], IQ2_XS: [22, 40], IQ2_S: [20, 38] },
  ...{ IQ3_XXS: [13, 25], IQ3_S: [10, 20], IQ4_NL: [6, 11], IQ4_XS: [6, 11] },
  ...{ TQ1_0: [30, 90], TQ2_0: [30, 90], Q1_0: [40, 90], Q2_0: [20, 60], MXFP4: [8, 16], NVFP4: [6, 13] },
};

/** An error of this many times the usual one cannot come from quantizing, whatever the weights. */
const BY_FAR = 2;

export interface UsualError {
  /** As fractions: 0.05 is 5 %. */
  least: number;
  most: number;
  /** A larger error cannot come from quantizing. */
  limit: number;
}

/**
 * The usual error from one type to another, by name; null if the error of one of them is unknown. If both are quantized, their errors add
 * as squares, even for two files of one type that were quantized differently.
 */
export function usualError(before: string, after: string): UsualError | null {
  const [a, b] = [percentOf(before), percentOf(after)];
  if (a === undefined || b === undefined) return null;
  const most = Math.hypot(a[1], b[1]) / 100;
  return { least: before === after ? 0 : b[0] / 100, most, limit: BY_FAR * most };
}

function percentOf(name: string) {
  const type = tensorTypeByName(name);
  return type?.kernel ? PERCENT[name as ReadableTypeName] : undefined;
}
