/** RMSNorm, LayerNorm and the norm by length, which bring vectors to one size before a matrix reads them. */

import type { NormKind } from '../architectures/forward.js';
import { makeVectors, type Vectors } from './vectors.js';

/** A norm with its learned numbers read. */
export interface Norm {
  kind: NormKind;
  epsilon: number;
  /** Null: the numbers stay as normalized. */
  weight: Float32Array | null;
  bias: Float32Array | null;
}

/** Each stretch of `length` numbers normalized by itself. A weight that is longer than a stretch goes on with the next one. */
export function normalized(vectors: Vectors, { kind, epsilon, weight, bias }: Norm, length = vectors.length): Vectors {
  const result = makeVectors(vectors.count, vectors.length);
  const { values } = vectors;
  const learned = weight ?? bias;
  for (let from = 0; from < values.length; from += length) {
    const mean = kind === 'layer' || kind === 'group' ? sumOf(values, from, length) / length : 0;
    const squares = sumOfSquares(values, from, length, mean);
    const scale = kind === 'l2' ? 1 / Math.max(Math.sqrt(squares), epsilon) : 1 / Math.sqrt(squares / length + epsilon);
    const at = learned === null ? 0 : (from % vectors.length) % learned.length;
    for (let i = 0; i < length; i++) {
      const plain = ((values[from + i] as number) - mean) * scale;
      const value = weight === null ? plain : plain * (weight[at + i] as number);
      result.values[from + i] = bias === null ? value : value + (bias[at + i] as number);
    }
  }
  return result;
}

function sumOf(values: Float32Array, from: number, length: number): number {
  let sum = 0;
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
