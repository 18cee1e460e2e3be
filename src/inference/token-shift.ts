/** RWKV's token shift: matrices read a mix of a token's vector and the previous token's. */

import { makeVectors, type Vectors } from './vectors.js';

/** The previous token's vector minus the token's own; zeros precede the first token. */
export function toPrevious({ values, length, count }: Vectors): Vectors {
  const result = makeVectors(count, length);
  for (let i = 0; i < values.length; i++) {
    result.values[i] = (i < length ? 0 : (values[i - length] as number)) - (values[i] as number);
  }
  return result;
}

/** x + difference × (weight + more): `weight` has one number for each channel, `more` one for each channel and token. */
export function between(x: Vectors, difference: Vectors, weight: Float32Array, more: Vectors | null = null): Vectors {
  const result = makeVectors(x.count, x.length);
  for (let i = 0; i < result.values.length; i++) {
    const factor = (weight[i % x.length] as number) + (more === null ? 0 : (more.values[i] as number));
    result.values[i] = (x.values[i] as number) + (difference.values[i] as number) * factor;
  }
  return result;
}
