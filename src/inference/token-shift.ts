/** RWKV's look at the token before: what a matrix reads lies between a token's vector and that of the token before it. */

import { makeVectors, type Vectors } from './vectors.js';

/** The vector of the token before, less the token's own; before the first token there are zeros. */
export function toPrevious({ values, length, count }: Vectors): Vectors {
  const result = makeVectors(count, length);
  for (let i = 0; i < values.length; i++) {
    result.values[i] = (i < length ? 0 : (values[i - length] as number)) - (values[i] as number);
  }
  return result;
}

/** x + difference × weight, where the weight has a number for each channel, with what is added to it for each token. */
export function between(x: Vectors, difference: Vectors, weight: Float32Array, more: Vectors | null = null): Vectors {
  const result = makeVectors(x.count, x.length);
  for (let i = 0; i < result.values.length; i++) {
    const factor = (weight[i % x.length] as number) + (more === null ? 0 : (more.values[i] as number));
    result.values[i] = (x.values[i] as number) + (difference.values[i] as number) * factor;
  }
  return result;
}
