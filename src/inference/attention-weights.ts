/** One head of attention: scores between tokens, their softmax (the attention weights), and the resulting mix of values. */

import type { AttentionPlan } from './plan.js';
import { makeVectors, type Vectors } from './vectors.js';

/** The inputs of the attention heads. */
export interface HeadsState {
  plan: Pick<AttentionPlan, 'layer' | 'heads' | 'scale' | 'cap' | 'slopes' | 'sees' | 'window'>;
  /** The heads' parts of each vector, one after the other; rotated by position if the model uses RoPE. */
  query: Vectors;
  key: Vectors;
  value: Vectors;
  /** One number for each head. It takes part in the softmax like a token's score but has no value. */
  sinks: Float32Array | null;
  /** Added to a score, such as a learned bias by distance. Absent: nothing is added. */
  bias?: (head: number, token: number, other: number) => number;
  /** Whether an indexer picked this token (or, after the tokens, this entry). Absent: all are visible. */
  picked?: (token: number, other: number) => boolean;
  /** If given, entries that stand for several tokens each follow the tokens' keys and values. Returns how many entries a token sees. */
  entries?: (token: number) => number;
}

/** The inputs and intermediate results of a layer's attention. */
export interface AttentionState extends HeadsState {
  plan: AttentionPlan;
  /** X: the vectors of the tokens after the norm, which the matrices read. */
  input: Vectors;
  /** The gate of the heads, if the query matrix also produces it. */
  gateInQuery: Vectors | null;
}

/** First and last token that a query may attend to, both included. */
function reach({ sees, window }: HeadsState['plan'], token: number, count: number): [first: number, last: number] {
  const last = sees === 'all' ? count - 1 : token;
  if (window === null) return [0, last];
  switch (window.shape) {
    case 'behind':
      return [Math.max(0, token - window.tokens + 1), last];
    case 'chunk':
      return [Math.floor(token / window.tokens) * window.tokens, last];
    case 'both-sides': {
      const half = Math.floor(window.tokens / 2);
      return [Math.max(0, token - half), Math.min(last, token + half)];
    }
  }
}

/**
 * The scores of a query: q · k × scale for all keys up to its own, or for all keys if it attends in both directions. Scores are capped if
 * the model does so, the bias by distance or position is added, and invisible tokens get −∞. If there are entries, their scores follow
 * those of all tokens.
 */
export function scoresOf(
  { plan, query, key, bias, picked, entries }: HeadsState,
  head: number,
  token: number,
): Float64Array {
  const { heads, scale, cap, slopes, sees } = plan;
  const { length } = heads;
  const behind = entries?.(token) ?? 0;
  const count = entries === undefined ? key.count : query.count;
  const own = Math.floor(head / (heads.count / heads.countKv)) * length;
  const all = behind > 0 ? count + behind : sees === 'all' ? count : token + 1;
  const scores = new Float64Array(all).fill(Number.NEGATIVE_INFINITY);
  const q = token * query.length + head * length;
  const slope = slopes?.[head] ?? 0;
  const [first, last] = reach(plan, token, count);
  for (let other = first; other < all; other = other === last ? count : other + 1) {
    if (picked !== undefined && !picked(token, other)) continue;
    const k = other * key.length + own;
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (query.values[q + i] as number) * (key.values[k + i] as number);
    const plain = sum * scale;
    const score = cap === null ? plain : cap * Math.tanh(plain / cap);
    scores[other] = score - slope * Math.abs(token - other) + (bias === undefined ? 0 : bias(head, token, other));
  }
  return scores;
}

/** e^score ÷ the sum of all of them. The results sum to 1, or to less if there is a sink. */
export function softmax(scores: Float64Array, sink = Number.NEGATIVE_INFINITY): Float64Array {
  let most = sink;
  for (const score of scores) if (score > most) most = score;
  const shares = scores.map((score) => Math.exp(score - most));
  let sum = Math.exp(sink - most);
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}

/** The attention weights of a query: how much of each token's value the head takes. */
export function sharesOf(state: HeadsState, head: number, token: number): Float64Array {
  return softmax(scoresOf(state, head, token), state.sinks?.[head]);
}

/** Sums the values of the tokens weighted by their attention weights and writes the result to `into` from index `at` on. */
export function mixValues(
  { plan, value }: HeadsState,
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

/** The output of all heads for all tokens; the heads' parts follow one another in each vector. */
export function mixed(state: HeadsState): Vectors {
  const { count, valueLength } = state.plan.heads;
  const result = makeVectors(state.query.count, count * valueLength);
  for (let token = 0; token < result.count; token++) {
    for (let head = 0; head < count; head++) {
      const shares = sharesOf(state, head, token);
      mixValues(state, { head, shares }, result.values, token * result.length + head * valueLength);
    }
  }
  return result;
}
