/**
 * Copies of the residual stream from earlier layers. A block reads a mix of these and of the current residual stream, weighted for each
 * token by a softmax over the scores Σ weight × normalized vector.
 */

import type { Arithmetic } from './arithmetic.js';
import { softmax } from './attention-weights.js';
import { type Norm, normalized } from './normalize.js';
import type { Planner } from './planner.js';
import { makeVectors, type Vectors } from './vectors.js';

/** Returns the residual stream itself if no copies exist. `scores` is the name of the tensor with the weights of the score. */
export async function withPutAside(
  arithmetic: Arithmetic,
  planner: Planner,
  scores: string,
  { aside, residual }: { aside: readonly Vectors[]; residual: Vectors },
): Promise<Vectors> {
  if (aside.length === 0) return residual;
  const norm = await arithmetic.norm(planner.norm(scores, residual.length, { kind: 'rms' }));
  return mixed([...aside, residual], residual, norm);
}

function mixed(streams: readonly Vectors[], { count, length }: Vectors, norm: Norm): Vectors {
  const weighed = streams.map((one) => normalized(one, norm));
  const result = makeVectors(count, length);
  for (let from = 0; from < count * length; from += length) {
    const scores = weighed.map(({ values }) => values.subarray(from, from + length).reduce((sum, one) => sum + one, 0));
    for (const [i, share] of softmax(Float64Array.from(scores)).entries()) {
      const { values } = streams[i] as Vectors;
      for (let at = from; at < from + length; at++) {
        result.values[at] = (result.values[at] as number) + share * (values[at] as number);
      }
    }
  }
  return result;
}
