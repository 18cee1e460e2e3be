/** One product of a vector and a matrix, for reports. */

import type { OneProduct, WatchedProduct } from '../inference/one-product.js';
import type { PromptToken } from './attention-schema.js';
import { computedNumber } from './json-number.js';
import type { Lens } from './lens-schema.js';
import { numbersOf } from './vector-sample.js';

/** Number of products that are shown individually, and of elements of the resulting vector. */
const SHOWN = 6;

export interface LensSource {
  layer: number;
  token: PromptToken;
  role: string;
  watched: WatchedProduct;
  product: OneProduct;
  normalized: boolean;
}

export function lensReport({ layer, token, role, watched, product, normalized }: LensSource): Lens {
  const { projection, result } = watched;
  const { x, weights, sum, factor, bias } = product;
  const { matrix } = projection;
  const { activations } = matrix.type;
  const products = x.map((value, i) => value * (weights[i] as number));
  const shown = [...products.subarray(0, SHOWN)];
  const terms = shown.map((one, i) => ({
    x: computedNumber(x[i] as number),
    weight: computedNumber(weights[i] as number),
    product: computedNumber(one),
  }));
  return {
    layer,
    token,
    ...{ tensor: matrix.name, role, type: matrix.type.name },
    rounded: activations === 'F32' ? null : activations,
    ...{ inputs: x.length, outputs: result.length, ofRows: matrix.rows, normalized, row: projection.first },
    terms,
    rest: computedNumber(sum - shown.reduce((all, one) => all + one, 0)),
    sum: computedNumber(sum),
    ...(projection.scale !== null && { factor: computedNumber(factor) }),
    ...(projection.bias !== null && { bias: computedNumber(bias) }),
    result: computedNumber(sum * factor + bias),
    output: numbersOf(result.subarray(0, SHOWN)),
  };
}
