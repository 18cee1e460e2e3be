/**
 * Combines the vectors of the tokens into one vector for the text, like llama.cpp (build_pooling, build_dense_out): the mean, one token's
 * vector, or the scores of a classifier; then the matrices `dense_2` and `dense_3` if the file has them.
 */

import type { Pooling } from '../model/output-kind.js';
import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { softmax } from './attention-weights.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

/** Null if the model does not pool. A vector is scaled to length 1; scores of a reranking model are not changed. */
export async function pooledOf(
  arithmetic: Arithmetic,
  planner: Planner,
  vectors: Vectors,
  pooling: Pooling,
): Promise<Float32Array | null> {
  if (pooling === 'none' || pooling === 'unknown') return null;
  if (pooling === 'rank') return (await rankOf(arithmetic, planner, vectors)).values;
  const { values } = await throughDense(arithmetic, planner, gathered(vectors, pooling));
  const length = normOf(values);
  return length > 0 ? values.map((value) => value / length) : values;
}

/** Cosine similarity of two vectors of length 1, from −1 to 1. */
export function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function gathered(vectors: Vectors, from: 'mean' | 'first' | 'last'): Vectors {
  const { length, count } = vectors;
  const result = makeVectors(1, length);
  if (from !== 'mean') {
    result.values.set(vectorAt(vectors, from === 'first' ? 0 : count - 1));
    return result;
  }
  for (let t = 0; t < count; t++) addTo(result.values, vectorAt(vectors, t));
  return scaled(result, 1 / count);
}

async function throughDense(arithmetic: Arithmetic, planner: Planner, vector: Vectors): Promise<Vectors> {
  let result = vector;
  for (const name of ['dense_2', 'dense_3']) result = await throughStored(arithmetic, planner, name, result);
  return result;
}

/** The classifier: a hidden layer and the score matrix, each used only if it is stored. */
async function rankOf(arithmetic: Arithmetic, planner: Planner, vectors: Vectors): Promise<Vectors> {
  const { from = 'first', through = 'tanh', softmax: shares } = planner.forward.output.rank ?? {};
  let result = gathered(vectors, from);
  if (planner.tensors.has('cls.weight')) {
    result = await throughStored(arithmetic, planner, 'cls', result);
    result.values = result.values.map(pointwise(through));
    if (planner.tensors.has('cls.norm.weight')) {
      result = await arithmetic.normalized(result, planner.norm('cls.norm', result.length, { kind: 'layer' }));
    }
  }
  result = await throughStored(arithmetic, planner, 'cls.output', result);
  if (shares) result.values.set(softmax(Float64Array.from(result.values)));
  return throughDense(arithmetic, planner, result);
}

/** The product with a matrix; the vector itself if the file does not have the matrix. */
async function throughStored(
  arithmetic: Arithmetic,
  planner: Planner,
  name: string,
  vector: Vectors,
): Promise<Vectors> {
  if (!planner.tensors.has(`${name}.weight`)) return vector;
  const rows = planner.rowsOf(name, vector.length);
  return arithmetic.project(planner.projection(name, vector.length, { rows }), vector);
}
