/**
 * A state that is carried from token to token in place of keys and values: for each head a matrix S, with a row for each number of
 * the key and a column for each number of the value. Mamba, RWKV, linear attention and the delta rule differ in what they put in:
 *
 *   S ← diag(keeps) S + along (Sᵀ reads)ᵀ + key valueᵀ,   out = Sᵀ query,
 *
 * where the second term, which takes off what the old state gives for a key, is there in the delta rule and RWKV-7 only.
 */

import { makeVectors, type Vectors } from './vectors.js';

export interface StateShape {
  heads: number;
  key: number;
  value: number;
}

/** What one token does to the state of one head. */
export interface StateStep {
  /** How much of the rows stays: one number for each row, or one for all. */
  keeps: Float32Array | number;
  key: Float32Array;
  value: Float32Array;
  query: Float32Array;
  /** Factor on the query. */
  scale?: number;
  /** What the state before this token gives for `reads` is added along `along`. */
  corrects?: { reads: Float32Array; along: Float32Array };
  /** The state is read before this token gets into it, and the token itself counts by these numbers, one for each row (RWKV-6). */
  ownWeight?: Float32Array;
}

/** What the heads read, one head behind the other, and how long the state of each is at the end (√ of the sum of squares). */
export interface Carried {
  read: Vectors;
  lengths: Float64Array;
}

/** Carries the state of each head over all tokens. */
export function carryState(
  { heads, key, value }: StateShape,
  tokens: number,
  step: (token: number, head: number) => StateStep,
): Carried {
  const read = makeVectors(tokens, heads * value);
  const lengths = new Float64Array(heads);
  const state = new Float64Array(key * value);
  for (let head = 0; head < heads; head++) {
    state.fill(0);
    for (let token = 0; token < tokens; token++) {
      const out = readAndWrite(state, value, step(token, head));
      read.values.set(out, token * read.length + head * value);
    }
    lengths[head] = Math.sqrt(state.reduce((sum, one) => sum + one * one, 0));
  }
  return { read, lengths };
}

function readAndWrite(
  state: Float64Array,
  columns: number,
  { keeps, key, value, query, scale = 1, corrects, ownWeight }: StateStep,
): Float64Array {
  const found = corrects === undefined ? null : readBy(state, columns, corrects.reads);
  const out = new Float64Array(columns);
  for (let row = 0; row < key.length; row++) {
    const keep = typeof keeps === 'number' ? keeps : (keeps[row] as number);
    const k = key[row] as number;
    const q = (query[row] as number) * scale;
    const own = ownWeight?.[row];
    const along = corrects?.along[row] ?? 0;
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      const before = state[at] as number;
      const written = k * (value[column] as number);
      const after = keep * before + written + (found === null ? 0 : along * (found[column] as number));
      state[at] = after;
      out[column] = (out[column] as number) + q * (own === undefined ? after : before + own * written);
    }
  }
  return out;
}

function readBy(state: Float64Array, columns: number, by: Float32Array): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < by.length; row++) {
    const factor = by[row] as number;
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      sums[column] = (sums[column] as number) + factor * (state[at] as number);
    }
  }
  return sums;
}
