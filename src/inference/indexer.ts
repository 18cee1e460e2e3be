/**
 * Computes an indexer (DeepSeek sparse attention, https://arxiv.org/abs/2512.02556): a small attention that scores the earlier tokens for
 * each token, Σ over its heads w relu(q · k) ÷ √(heads × length), and picks those with the highest scores. Its heads share one key.
 */

import type { Arithmetic } from './arithmetic.js';
import { largest } from './largest.js';
import type { OwnIndexerPlan } from './plan.js';
import { rotate } from './rotate.js';
import { scaled, type Vectors, vectorAt } from './vectors.js';

/** The tokens that each token attends to; null: all that it sees. */
export type Picks = readonly (ReadonlySet<number> | null)[];

/** `short` are the short vectors of the layer's queries. The indexer is not computed if it would pick every token. */
export async function picked(
  arithmetic: Arithmetic,
  plan: OwnIndexerPlan,
  input: Vectors,
  short: Vectors,
): Promise<Picks> {
  const { count } = input;
  const { top, length, rope } = plan;
  if (count <= top) return new Array<null>(count).fill(null);
  const query = await arithmetic.project(plan.query, short);
  const key = await arithmetic.normalized(await arithmetic.project(plan.key, input), plan.keyNorm);
  const angles = await arithmetic.anglesOf(rope, count);
  for (const vectors of [query, key]) rotate(vectors, length, rope, angles);
  const weights = await headWeights(arithmetic, plan, input);
  return Array.from({ length: count }, (_, token) => {
    if (token < top) return null;
    const scores = indexerScores({ query, key, weights }, token, token + 1);
    return new Set(largest(scores, top));
  });
}

/** The weight of each head, divided by √(heads × length), with which scores grow. */
export async function headWeights(
  arithmetic: Arithmetic,
  { weights, heads, length }: Pick<OwnIndexerPlan, 'weights' | 'heads' | 'length'>,
  input: Vectors,
): Promise<Vectors> {
  return scaled(await arithmetic.project(weights, input), 1 / Math.sqrt(heads * length));
}

/** The scores of a token for the first `count` keys. */
export function indexerScores(
  { query, key, weights }: { query: Vectors; key: Vectors; weights: Vectors },
  token: number,
  count: number,
): Float32Array {
  const { length } = key;
  const [q, w] = [vectorAt(query, token), vectorAt(weights, token)];
  return Float32Array.from({ length: count }, (_, other) => {
    const from = other * length;
    let score = 0;
    for (let head = 0; head < w.length; head++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += (q[head * length + i] as number) * (key.values[from + i] as number);
      if (product > 0) score += product * (w[head] as number);
    }
    return score;
  });
}
