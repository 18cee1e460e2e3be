/**
 * Computes latent attention (https://arxiv.org/abs/2405.04434). c is a token's short vector after its norm, and r the rotated part of its
 * key, which all heads share. With matrices for each head, the score of a query q = (p, s) is (K p) · c + s · r, where K is the head's
 * `attn_k_b`, and the head's output is V Σ weight × c, where V is its `attn_v_b`; so all heads read the same keys and values, c. With
 * `attn_kv_b`, each head has its own key (k, r) and value, computed from c.
 */

import type { Arithmetic } from './arithmetic.js';
import type { AttentionState } from './attention-weights.js';
import type { AttentionPlan, LatentPlan, Projection } from './plan.js';
import { rotate } from './rotate.js';
import { makeVectors, stretch, type Vectors } from './vectors.js';

export interface LatentParts extends Pick<AttentionState, 'query' | 'key' | 'value'> {
  /** The short vectors of the queries; null if there are none. */
  short: Vectors | null;
}

/** Queries, keys and values of a layer for the vectors `input`, rotated. */
export async function latentParts(
  arithmetic: Arithmetic,
  plan: AttentionPlan,
  latent: LatentPlan,
  input: Vectors,
): Promise<LatentParts> {
  const { heads, rope } = plan;
  const { rank, plain, rotated, queryToLatent } = latent;
  const queryShort = await shortQuery(arithmetic, latent, input);
  const query = await arithmetic.project(plan.query, queryShort ?? input);
  const both = await arithmetic.project(plan.key as Projection, input);
  const short = await arithmetic.normalized(stretch(both, { first: 0, length: rank }), latent.norm);
  const tail = stretch(both, { first: rank, length: rotated });
  const shared = latent.rotatedNorm === null ? tail : await arithmetic.normalized(tail, latent.rotatedNorm);
  const queryPlain = stretch(query, { first: 0, length: plain, every: plain + rotated });
  const queryRotated = stretch(query, { first: plain, length: rotated, every: plain + rotated });
  if (rope !== null) {
    const angles = await arithmetic.anglesOf(rope, input.count);
    for (const one of [shared, queryRotated]) rotate(one, rotated, rope, angles);
  }
  if (queryToLatent !== null) {
    const seen = await eachHead(arithmetic, queryToLatent, queryPlain);
    return {
      query: joined(seen, rank, queryRotated, rotated),
      key: joined(short, rank, shared, rotated),
      value: short,
      short: queryShort,
    };
  }
  const { count, valueLength } = heads;
  const own = await arithmetic.project(plan.value as Projection, short);
  const repeated = makeVectors(input.count, count * rotated);
  for (let t = 0; t < input.count; t++) {
    for (let head = 0; head < count; head++) {
      const from = t * rotated;
      repeated.values.set(shared.values.subarray(from, from + rotated), t * repeated.length + head * rotated);
    }
  }
  const every = plain + valueLength;
  return {
    query: joined(queryPlain, plain, queryRotated, rotated),
    key: joined(stretch(own, { first: 0, length: plain, every }), plain, repeated, rotated),
    value: stretch(own, { first: plain, length: valueLength, every }),
    short: queryShort,
  };
}

async function shortQuery(arithmetic: Arithmetic, { queryDown, queryNorm }: LatentPlan, input: Vectors) {
  if (queryDown === null || queryNorm === null) return null;
  return arithmetic.normalized(await arithmetic.project(queryDown, input), queryNorm);
}

/** Multiplies each head's part of the vectors with the head's matrix. The heads' results follow one another. */
export async function eachHead(
  arithmetic: Arithmetic,
  matrices: readonly Projection[],
  vectors: Vectors,
): Promise<Vectors> {
  const length = vectors.length / matrices.length;
  const given: Vectors[] = [];
  for (const [head, matrix] of matrices.entries()) {
    given.push(await arithmetic.project(matrix, stretch(vectors, { first: head * length, length })));
  }
  const each = given[0]?.length ?? 0;
  const result = makeVectors(vectors.count, each * given.length);
  for (const [head, { values }] of given.entries()) {
    for (let t = 0; t < vectors.count; t++) {
      result.values.set(values.subarray(t * each, (t + 1) * each), t * result.length + head * each);
    }
  }
  return result;
}

/** Interleaves stretches of `a` and `b`. */
function joined(a: Vectors, ofA: number, b: Vectors, ofB: number): Vectors {
  const each = a.length / ofA;
  const result = makeVectors(a.count, each * (ofA + ofB));
  for (let i = 0; i < a.count * each; i++) {
    const at = i * (ofA + ofB);
    result.values.set(a.values.subarray(i * ofA, (i + 1) * ofA), at);
    result.values.set(b.values.subarray(i * ofB, (i + 1) * ofB), at + ofA);
  }
  return result;
}
