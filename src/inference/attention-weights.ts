/** One head of attention: scores between tokens, their softmax, and the mix of values that it gives. */

import type { AttentionPlan } from './plans.js';
import { makeVectors, type Vectors } from './vectors.js';

/** What attention of a layer was computed from, and what it computed. */
export interface AttentionState {
  plan: AttentionPlan;
  /** X: the vectors of the tokens behind the norm, which the three matrices read. */
  input: Vectors;
  /** Heads one behind the other in each vector; rotated by position where the model does that. */
  query: Vectors;
  key: Vectors;
  value: Vectors;
}

/** The first token that a query sees: 0, or where its window begins. */
function firstSeen(plan: AttentionPlan, query: number): number {
  return plan.window === null ? 0 : Math.max(0, query - plan.window + 1);
}

/** The scores of a query with all keys up to its own: q · k ÷ √d, capped where the model does that; −∞ outside of a window. */
export function scoresOf({ plan, query, key }: AttentionState, head: number, token: number): Float64Array {
  const { heads, scale, cap } = plan;
  const { length } = heads;
  const own = Math.floor(head / (heads.count / heads.countKv)) * length;
  const scores = new Float64Array(token + 1).fill(Number.NEGATIVE_INFINITY);
  const q = token * query.length + head * length;
  for (let other = firstSeen(plan, token); other <= token; other++) {
    const k = other * key.length + own;
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (query.values[q + i] as number) * (key.values[k + i] as number);
    const score = sum * scale;
    scores[other] = cap === null || cap === 0 ? score : cap * Math.tanh(score / cap);
  }
  return scores;
}

/** e^score ÷ the sum of all of them: shares that sum to 1. */
export function softmax(scores: Float64Array): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > most) most = score;
  const shares = scores.map((score) => Math.exp(score - most));
  let sum = 0;
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}

/** Adds up the values of the tokens by their shares: what a head gives for a query, written to `into` from `at` on. */
export function mixValues(
  { plan, value }: AttentionState,
  { head, shares }: { head: number; shares: Float64Array },
  into: Float32Array,
  at: number,
): void {
  const { count, countKv, valueLength } = plan.heads;
  const own = Math.floor(head / (count / countKv)) * valueLength;
  const sums = new Float64Array(valueLength);
  for (let token = 0; token < shares.length; token++) {
    const share = shares[token] as number;
    if (share === 0) continue;
    const from = token * value.length + own;
    for (let i = 0; i < valueLength; i++) sums[i] = (sums[i] as number) + share * (value.values[from + i] as number);
  }
  into.set(sums, at);
}

/** What the heads of all tokens give, one behind the other. */
export function mixed(state: AttentionState): Vectors {
  const { count, valueLength } = state.plan.heads;
  const result = makeVectors(state.query.count, count * valueLength);
  for (let token = 0; token < result.count; token++) {
    for (let head = 0; head < count; head++) {
      const shares = softmax(scoresOf(state, head, token));
      mixValues(state, { head, shares }, result.values, token * result.length + head * valueLength);
    }
  }
  return result;
}
