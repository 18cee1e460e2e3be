/** RMSNorm, LayerNorm and L2 norm, which bring vectors to a common scale before a matrix reads them. */

import type { NormKind } from '../architectures/forward.js';
import { makeVectors, type Vectors } from './vectors.js';

/** A norm with its learned weight and bias read. */
export interface Norm {
  kind: NormKind;
  epsilon: number;
  /** Null: the normalized numbers are not scaled. */
  weight: Float32Array | null;
  bias: Float32Array | null;
  /** Number of channel groups, each normalized over all vectors together. */
  groups?: number | undefined;
}

/** Normalizes each stretch of `length` numbers separately. A weight longer than a stretch continues with the next stretch. */
export function normalized(vectors: Vectors, norm: Norm, length = vectors.length): Vectors {
  const { kind, epsilon, weight, bias, groups } = norm;
  if (groups !== undefined) return normalizedTogether(vectors, norm, groups);
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

/** Each group of channels has one mean and one variance over all vectors; the last group may be smaller. */
function normalizedTogether(vectors: Vectors, { epsilon, weight, bias }: Norm, groups: number): Vectors {
  const { values, length, count } = vectors;
  const result = makeVectors(count, length);
  const each = Math.ceil(length / groups);
  for (let first = 0; first < length; first += each) {
    const own = Math.min(each, length - first);
    const starts = Array.from({ length: count }, (_, t) => t * length + first);
    const mean = starts.reduce((sum, from) => sum + sumOf(values, from, own), 0) / (own * count);
    const squares = starts.reduce((sum, from) => sum + sumOfSquares(values, from, own, mean), 0);
    const scale = 1 / Math.sqrt(squares / (own * count) + epsilon);
    for (const from of starts) {
      for (let i = 0; i < own; i++) {
        const plain = ((values[from + i] as number) - mean) * scale;
        result.values[from + i] = plain * (weight?.[first + i] ?? 1) + (bias?.[first + i] ?? 0);
      }
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
