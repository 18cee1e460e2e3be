/**
 * A state that is carried from token to token instead of keys and values: for each head a matrix S, with one row for each number of the key
 * and one column for each number of the value. Mamba, RWKV, linear attention and the delta rule differ in their inputs:
 *
 *   S ← diag(keeps) S + along (Sᵀ reads)ᵀ + key valueᵀ,   out = Sᵀ query,
 *
 * where only the delta rule and RWKV-7 have the second term, which removes what the old state gives for a key.
 */

import { makeVectors, type Vectors } from './vectors.js';

export interface StateShape {
  heads: number;
  key: number;
  value: number;
}

/** The update of one head's state by one token. */
export interface StateStep {
  /** Factor on each row of the state: one number for each row, or one for all. */
  keeps: Float32Array | number;
  key: Float32Array;
  value: Float32Array;
  query: Float32Array;
  /** Factor on the query. */
  scale?: number;
  /** What the previous state gives for `reads` is added along `along`. */
  corrects?: { reads: Float32Array; along: Float32Array };
  /** If given, the state is read before this token is added, and the token itself counts with these weights, one for each row (RWKV-6). */
  ownWeight?: Float32Array;
}

/** What the heads read from their states, one head after the other, and the norm of each state at the end (√ of the sum of squares). */
export interface Carried {
  read: Vectors;
  lengths: Float64Array;
}

/** Updates the state of each head token by token. */
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
