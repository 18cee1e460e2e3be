/**
 * One product of the forward pass in detail: the vector of the last token, a row of the matrix, and the resulting number. It is a product
 * that the model computes anyway, observed while a layer runs.
 */

import { roundedFor } from './activation-quantization.js';
import type { Arithmetic } from './arithmetic.js';
import type { Projection } from './plan.js';
import { type Vectors, vectorAt } from './vectors.js';

/** A product of the last token of the prompt, as computed. */
export interface WatchedProduct {
  projection: Projection;
  /** The vector that the matrix is multiplied with, before it is rounded to the matrix's activation type. */
  input: Float32Array;
  result: Float32Array;
}

/** How the first number of a result is computed. */
export interface OneProduct {
  /** x: the vector after rounding; `sum` is the sum of `x[i] × weights[i]`. */
  x: Float32Array;
  /** The row of the matrix. */
  weights: Float32Array;
  sum: number;
  /** The first number of the result is `sum × factor + bias`; they are 1 and 0 if the model has no factor or bias. */
  factor: number;
  bias: number;
}

/** Observes the products while `work` runs and keeps the one that `isBetter` prefers to all others; null if there is none. */
export async function watchProduct(
  arithmetic: Arithmetic,
  isBetter: (one: Projection, other: Projection) => boolean,
  work: () => Promise<unknown>,
): Promise<WatchedProduct | null> {
  let kept: WatchedProduct | null = null;
  arithmetic.onProduct = (projection, input, result) => {
    // A convolution kernel slides over the tokens, and adapters add further products: neither is one row times one vector.
    if (projection.taps !== undefined || projection.adapters !== undefined) return;
    if (kept !== null && !isBetter(projection, kept.projection)) return;
    kept = { projection, input: lastOf(input), result: lastOf(result) };
  };
  try {
    await work();
  } finally {
    arithmetic.onProduct = null;
  }
  return kept;
}

/** Computes the first number of a product step by step. Throws TraceError where the file ends too early. */
export async function takenApart(arithmetic: Arithmetic, { projection, input }: WatchedProduct): Promise<OneProduct> {
  const { matrix, first, scale, bias, scaleBehindBias, biasFirst = first } = projection;
  const { values: weights } = await arithmetic.rows(matrix, [first]);
  const { values: x } = roundedFor(matrix.type, { values: input, length: input.length, count: 1 });
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (weights[i] as number);
  const factor = scale === null ? 1 : ((await arithmetic.vector(scale))[0] ?? 1);
  const added = bias === null ? 0 : await numberAt(arithmetic, bias, biasFirst);
  return { x, weights, sum, factor, bias: scaleBehindBias === true ? added * factor : added };
}

async function numberAt(arithmetic: Arithmetic, bias: NonNullable<Projection['bias']>, at: number): Promise<number> {
  const { values } = await arithmetic.rows(bias, [Math.floor(at / bias.rowLength)]);
  return values[at % bias.rowLength] ?? 0;
}

function lastOf(vectors: Vectors): Float32Array {
  return vectorAt(vectors, vectors.count - 1).slice();
}
