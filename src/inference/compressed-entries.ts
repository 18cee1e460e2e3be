/**
 * Entries that stand for several tokens each (DeepSeek V4). With u_t and s_t the products of the two matrices with token t, and p the row
 * for the token's place in the entry, number i of an entry is Σ_t u_ti softmax_t(s_ti + p_ti), over its tokens. Where entries overlap, u
 * and s are twice as long: the second half is for the entry that the token belongs to, the first half for the next one. An entry is
 * complete when its last token is.
 */

import type { Arithmetic } from './arithmetic.js';
import type { EntriesPlan } from './plan.js';
import { rotate } from './rotate.js';
import { makeVectors, type Vectors } from './vectors.js';

/** All complete entries, normalized and rotated by the position of their first token. */
export async function entriesOf(arithmetic: Arithmetic, plan: EntriesPlan, input: Vectors): Promise<Vectors> {
  const { tokens, length, rope } = plan;
  const count = Math.floor(input.count / tokens);
  if (count === 0) return makeVectors(0, length);
  const values = await arithmetic.project(plan.values, input);
  const scores = await arithmetic.project(plan.scores, input);
  const places = await arithmetic.matrix(plan.places);
  for (let i = 0; i < scores.values.length; i++) {
    scores.values[i] = (scores.values[i] as number) + (places[i % places.length] as number);
  }
  const sums = makeVectors(count, length);
  for (let entry = 0; entry < count; entry++) {
    for (let i = 0; i < length; i++) sums.values[entry * length + i] = numberOf(plan, { values, scores, entry, i });
  }
  const entries = await arithmetic.normalized(sums, plan.norm);
  const { dimensions } = rope;
  const all = await arithmetic.anglesOf(rope, input.count);
  const angles = new Float32Array(count * dimensions);
  for (let entry = 0; entry < count; entry++) {
    const from = entry * tokens * dimensions;
    angles.set(all.subarray(from, from + dimensions), entry * dimensions);
  }
  rotate(entries, length, rope, angles);
  return entries;
}

function numberOf(
  { tokens, overlap, length }: EntriesPlan,
  { values, scores, entry, i }: { values: Vectors; scores: Vectors; entry: number; i: number },
): number {
  const first = entry * tokens;
  const places: number[] = [];
  if (overlap && entry > 0) for (let t = first - tokens; t < first; t++) places.push(t * values.length + i);
  for (let t = first; t < first + tokens; t++) places.push(t * values.length + (overlap ? length : 0) + i);
  const most = places.reduce((high, at) => Math.max(high, scores.values[at] as number), Number.NEGATIVE_INFINITY);
  let [sum, all] = [0, 0];
  for (const at of places) {
    const share = Math.exp((scores.values[at] as number) - most);
    sum += share * (values.values[at] as number);
    all += share;
  }
  return sum / all;
}
