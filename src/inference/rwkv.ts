/**
 * RWKV's time mixing, computed. In RWKV-6 (https://arxiv.org/abs/2404.05892) the state of a head decays by w, one number for each row,
 * computed from the token: S ← diag(w) S + k vᵀ. The state is read before the token is added, and the token itself counts with the weight
 * u: (S + diag(u) k vᵀ)ᵀ r. Without u it is gated linear attention: k is scaled by 1 − w, and the state is read after the token is added.
 * RWKV-7 (https://arxiv.org/abs/2503.14456) also removes what the state holds in the direction κ of the key, at the rate a: S ← diag(w) S −
 * (a κ) (Sᵀ κ)ᵀ + k vᵀ; values are mixed with those of the first layer.
 */

import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { TraceError } from './inference-error.js';
import { type Carried, carryState } from './linear-state.js';
import { normalized } from './normalize.js';
import type { Rwkv6Plan, Rwkv7Plan, ShortWay } from './plan-rwkv.js';
import type { BlockTrace } from './state-trace.js';
import { between, toPrevious } from './token-shift.js';
import { addTo, makeVectors, type Vectors, vectorAt } from './vectors.js';

type Result = { result: Vectors; trace: BlockTrace };

const sigmoid = pointwise('sigmoid');

/** Returns what the block adds to the residual stream, and its state. */
export async function throughRwkv6(arithmetic: Arithmetic, plan: Rwkv6Plan, input: Vectors): Promise<Result> {
  const { length, heads, headsKv } = plan;
  const [w, k, v, r, g] = await shifted6(arithmetic, plan, input);
  const query = await arithmetic.project(plan.query, r);
  const key = await arithmetic.project(plan.key, k);
  const value = await arithmetic.project(plan.value, v);
  const gate = await arithmetic.project(plan.gate, g);
  const logs = each(await shortly(arithmetic, plan.decay, w, Math.tanh), (x) => -Math.exp(x));
  const keeps = each({ ...logs, values: logs.values.slice() }, Math.exp);
  const own = plan.own === null ? null : await arithmetic.vector(plan.own);
  const shared = heads / headsKv;
  const written = new Float32Array(length);
  const carried = carryState({ heads, key: length, value: length }, input.count, (token, head) => {
    const at = token * logs.length + head * length;
    const atKv = (token * headsKv + Math.floor(head / shared)) * length;
    const keep = keeps.values.subarray(at, at + length);
    for (let i = 0; i < length; i++) {
      written[i] = (key.values[atKv + i] as number) * (own === null ? 1 - (keep[i] as number) : 1);
    }
    return {
      keeps: keep,
      key: written,
      value: value.values.subarray(atKv, atKv + length),
      query: query.values.subarray(at, at + length),
      ...(own === null
        ? { scale: 1 / Math.sqrt(length) }
        : { ownWeight: own.subarray(head * length, (head + 1) * length) }),
    };
  });
  const read = plan.norm === null ? carried.read : await arithmetic.normalized(carried.read, plan.norm);
  multiply(read, each(gate, own === null ? sigmoid : pointwise('silu')));
  return { result: await arithmetic.project(plan.out, read), trace: traceOf(plan, logs, carried, false) };
}

/** The inputs of w, k, v, r and g. */
async function shifted6(
  arithmetic: Arithmetic,
  { shift, shifts, moving }: Rwkv6Plan,
  input: Vectors,
): Promise<[Vectors, Vectors, Vectors, Vectors, Vectors]> {
  const difference = toPrevious(input);
  const all = between(input, difference, await arithmetic.vector(shift));
  const small = each(await arithmetic.project(moving.down, all), Math.tanh);
  const rank = small.length / moving.up.length;
  const fused = 'fused' in shifts ? await arithmetic.vector(shifts.fused) : null;
  const result: Vectors[] = [];
  for (const [i, up] of moving.up.entries()) {
    const part = makeVectors(input.count, rank);
    for (let t = 0; t < input.count; t++) {
      part.values.set(vectorAt(small, t).subarray(i * rank, (i + 1) * rank), t * rank);
    }
    const weight =
      'fused' in shifts
        ? (fused as Float32Array).subarray(i * input.length, (i + 1) * input.length)
        : await arithmetic.vector(shifts[i] as (typeof shifts)[number]);
    result.push(between(input, difference, weight, await arithmetic.project(up, part)));
  }
  return result as [Vectors, Vectors, Vectors, Vectors, Vectors];
}

/** The first layer's values, which later layers mix into theirs. */
export interface FirstValues {
  values: Vectors | null;
}

/** A bound on the decay: never faster than e^−0.606531 = e^(−e^−0.5) per token. */
const SLOWEST_LOG = -0.606531;

/** Returns what the block adds to the residual stream, and its state. */
export async function throughRwkv7(
  arithmetic: Arithmetic,
  plan: Rwkv7Plan,
  input: Vectors,
  first: FirstValues,
): Promise<Result> {
  const { length, heads } = plan;
  const [r, w, k, v, a, g] = await shifted7(arithmetic, plan, input);
  const query = await arithmetic.project(plan.query, r as Vectors);
  const logs = each(await shortly(arithmetic, plan.decay, w as Vectors, Math.tanh), (x) => SLOWEST_LOG * sigmoid(x));
  const keeps = each({ ...logs, values: logs.values.slice() }, Math.exp);
  const key = await arithmetic.project(plan.key, k as Vectors);
  const value = await valuesOf(arithmetic, plan, v as Vectors, first);
  const rate = each(await shortly(arithmetic, plan.rate, a as Vectors, null), sigmoid);
  const [removal, rated, own] = await Promise.all(
    [plan.removal, plan.rated, plan.own].map((one) => arithmetic.vector(one)),
  );
  const direction = directionOf(key, removal as Float32Array, length);
  for (let i = 0; i < key.values.length; i++) {
    const x = key.values[i] as number;
    const by = x * ((rated as Float32Array)[i % key.length] as number);
    key.values[i] = x + by * ((rate.values[i] as number) - 1);
  }
  const along = new Float32Array(length);
  const carried = carryState({ heads, key: length, value: length }, input.count, (token, head) => {
    const at = token * key.length + head * length;
    const part = ({ values }: Vectors) => values.subarray(at, at + length);
    const reads = part(direction);
    for (let i = 0; i < length; i++) along[i] = -(reads[i] as number) * (rate.values[at + i] as number);
    return { keeps: part(keeps), key: part(key), value: part(value), query: part(query), corrects: { reads, along } };
  });
  const read = plan.norm === null ? carried.read : await arithmetic.normalized(carried.read, plan.norm);
  addOwn(read, { query, key, value, own: own as Float32Array }, length);
  if (plan.gate !== null) {
    const open = each(await arithmetic.project(plan.gate.down, g as Vectors), sigmoid);
    multiply(read, await arithmetic.project(plan.gate.up, open));
  }
  return { result: await arithmetic.project(plan.out, read), trace: traceOf(plan, logs, carried, true) };
}

/** The inputs of r, w, k, v, a and, if there is a gate, g. */
async function shifted7(arithmetic: Arithmetic, { shifts }: Rwkv7Plan, input: Vectors): Promise<Vectors[]> {
  const difference = toPrevious(input);
  const all = await arithmetic.vector(shifts);
  return Array.from({ length: all.length / input.length }, (_, i) =>
    between(input, difference, all.subarray(i * input.length, (i + 1) * input.length)),
  );
}

async function valuesOf(arithmetic: Arithmetic, plan: Rwkv7Plan, v: Vectors, first: FirstValues): Promise<Vectors> {
  const value = await arithmetic.project(plan.value, v);
  if (plan.firstValue === null) {
    first.values = { ...value, values: value.values.slice() };
    return value;
  }
  if (first.values === null) {
    throw new TraceError('missing-number', 'the values of the first layer are needed, and it has not been computed');
  }
  const share = each(await shortly(arithmetic, plan.firstValue, v, null), sigmoid);
  for (let i = 0; i < value.values.length; i++) {
    const x = value.values[i] as number;
    value.values[i] = x + ((first.values.values[i] as number) - x) * (share.values[i] as number);
  }
  return value;
}

/** The key's direction in each head, of length 1. */
function directionOf(key: Vectors, factors: Float32Array, length: number): Vectors {
  const result = makeVectors(key.count, key.length);
  for (let i = 0; i < key.values.length; i++) {
    result.values[i] = (key.values[i] as number) * (factors[i % key.length] as number);
  }
  return normalized(result, { kind: 'l2', epsilon: 1e-12, weight: null, bias: null }, length);
}

/** Adds each head's value, weighted by the product of its receptance and key. */
function addOwn(
  read: Vectors,
  { query, key, value, own }: { query: Vectors; key: Vectors; value: Vectors; own: Float32Array },
  length: number,
): void {
  for (let at = 0; at < read.values.length; at += length) {
    let sum = 0;
    for (let i = at; i < at + length; i++) {
      sum += (query.values[i] as number) * (key.values[i] as number) * (own[i % read.length] as number);
    }
    for (let i = at; i < at + length; i++) {
      read.values[i] = (read.values[i] as number) + (value.values[i] as number) * sum;
    }
  }
}

/** Multiplies with both small matrices, with a function between them, and adds the bias. */
async function shortly(
  arithmetic: Arithmetic,
  { down, up, added }: ShortWay,
  input: Vectors,
  between: ((x: number) => number) | null,
): Promise<Vectors> {
  const small = await arithmetic.project(down, input);
  const result = await arithmetic.project(up, between === null ? small : each(small, between));
  if (added !== null) {
    const more = await arithmetic.vector(added);
    for (let t = 0; t < result.count; t++) addTo(vectorAt(result, t), more);
  }
  return result;
}

function traceOf(
  { length, heads }: { length: number; heads: number },
  logs: Vectors,
  { lengths }: Carried,
  overwrites: boolean,
): BlockTrace {
  return {
    parts: [
      { kind: 'shift', dimensions: [length * heads] },
      { kind: 'state', dimensions: [length, length, heads] },
    ],
    fading: { heads, logs, rates: null },
    ...{ lengths, overwrites },
  };
}

/** Applies `f` to each number in place. */
function each(vectors: Vectors, f: (x: number) => number): Vectors {
  const { values } = vectors;
  for (let i = 0; i < values.length; i++) values[i] = f(values[i] as number);
  return vectors;
}

/** Multiplies number by number, overwriting the first operand. */
function multiply({ values }: Vectors, by: Vectors): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * (by.values[i] as number);
}
