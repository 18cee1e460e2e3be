/** RMSNorm and LayerNorm, which bring vectors to one size before a matrix reads them. */

import type { NormKind } from './computed-architectures.js';
import { makeVectors, type Vectors } from './vectors.js';

/** A norm with its learned numbers read. */
export interface Norm {
  kind: NormKind;
  epsilon: number;
  weight: Float32Array;
  bias: Float32Array | null;
}

/** Each stretch of `length` numbers normalized by itself. A weight that is longer than a stretch goes on with the next one. */
export function normalized(vectors: Vectors, { kind, epsilon, weight, bias }: Norm, length = vectors.length): Vectors {
  const result = makeVectors(vectors.count, vectors.length);
  const { values } = vectors;
  for (let from = 0; from < values.length; from += length) {
    const mean = kind === 'rms' ? 0 : sumOf(values, from, length, 0) / length;
    const scale = 1 / Math.sqrt(sumOfSquares(values, from, length, mean) / length + epsilon);
    const learned = (from % vectors.length) % weight.length;
    for (let i = 0; i < length; i++) {
      const value = ((values[from + i] as number) - mean) * scale * (weight[learned + i] as number);
      result.values[from + i] = bias === null ? value : value + (bias[learned + i] as number);
    }
  }
  return result;
}

function sumOf(values: Float32Array, from: number, length: number, start: number): number {
  let sum = start;
  for (let i = from; i < from + length; i++) sum += values[i] as number;
  return sum;
}

function sumOfSquares(values: Float32Array, from: number, length: number, mean: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) {
    const distance = (values[i] as number) - mean;
    sum += distance * distance;
  }
  return sum;
}
