/**
 * Parallel residual streams, computed (hyper-connections, https://arxiv.org/abs/2409.19606). x is all n streams of a token concatenated,
 * x_i one of them, y what a step adds.
 *
 * Weighed: m = scale × fn · rms(x) + base; the step reads Σ (σ(m_i) + ε) x_i, and x_i becomes Σ_j C_ji x_j + (magnitude σ(m_n+i) + ε) y,
 * where C is the identity, or, if crossed (https://arxiv.org/abs/2512.24880), e^m of the remaining numbers, normalized so that rows and
 * columns sum to 1 (Sinkhorn). Gated: with z_i = rms(x_i) weight and g = σ(up silu(down z ÷ n)), the step reads the mean of z_i g_i, and
 * x_i becomes x_i + 2σ(inject z ÷ n)_i y.
 */

import type { Arithmetic } from './arithmetic.js';
import type { GatedStreams, StreamsPlan, WeighedStreams } from './plan-hyper-connections.js';
import { makeVectors, scaled, type Vectors, vectorAt } from './vectors.js';

export interface MixedStreams {
  /** The input of the step. */
  input: Vectors;
  /** For each token, the weight with which each stream receives the step's result; null: no stream does. */
  given: Vectors | null;
  /** For each token, how much of each stream (rows) goes into each (columns); null: streams are not mixed. */
  crossed: Vectors | null;
}

/** Copies the vector into each stream. */
export function repeated({ values, length, count }: Vectors, streams: number): Vectors {
  const result = makeVectors(count, streams * length);
  for (let i = 0; i < count * streams; i++) {
    const from = Math.floor(i / streams) * length;
    result.values.set(values.subarray(from, from + length), i * length);
  }
  return result;
}

/** The step's input, computed from `streams` streams, and the weights for adding its result to them. */
export function mixStreams(
  arithmetic: Arithmetic,
  plan: StreamsPlan,
  all: Vectors,
  streams: number,
): Promise<MixedStreams> {
  return plan.kind === 'gated' ? gated(arithmetic, plan, all, streams) : weighed(arithmetic, plan, all, streams);
}

/** The streams after a step's result is added. */
export function giveToStreams(all: Vectors, { given, crossed }: MixedStreams, added: Vectors): Vectors {
  const { length, count } = added;
  const streams = all.length / length;
  const result = makeVectors(count, all.length);
  for (let t = 0; t < count; t++) {
    const [before, after, own] = [vectorAt(all, t), vectorAt(result, t), vectorAt(added, t)];
    for (let to = 0; to < streams; to++) {
      const weight = given === null ? 0 : (vectorAt(given, t)[to] as number);
      for (let i = 0; i < length; i++) {
        let sum = weight * (own[i] as number);
        if (crossed === null) sum += before[to * length + i] as number;
        else {
          for (let from = 0; from < streams; from++) {
            const share = crossed.values[t * crossed.length + from * streams + to] as number;
            sum += share * (before[from * length + i] as number);
          }
        }
        after[to * length + i] = sum;
      }
    }
  }
  return result;
}

async function weighed(
  arithmetic: Arithmetic,
  { norm, matrix, scale, base, epsilon, given, crossed }: WeighedStreams,
  all: Vectors,
  streams: number,
): Promise<MixedStreams> {
  const numbers = await arithmetic.project(matrix, await arithmetic.normalized(all, norm));
  const [factors, added] = [await arithmetic.vector(scale), await arithmetic.vector(base)];
  for (let i = 0; i < numbers.values.length; i++) {
    const place = i % numbers.length;
    const factor = factors[Math.min(2, Math.floor(place / streams))] as number;
    numbers.values[i] = (numbers.values[i] as number) * factor + (added[place] as number);
  }
  const part = (first: number, { magnitude, epsilon: more }: { magnitude: number; epsilon: number }) => {
    const result = makeVectors(all.count, streams);
    for (let i = 0; i < result.values.length; i++) {
      const at = Math.floor(i / streams) * numbers.length + first + (i % streams);
      result.values[i] = magnitude * sigmoid(numbers.values[at] as number) + more;
    }
    return result;
  };
  return {
    input: sumOfStreams(all, part(0, { magnitude: 1, epsilon }), streams),
    given: given === null ? null : part(streams, given),
    crossed: crossed === null ? null : crossing(numbers, { ...crossed, streams, epsilon }),
  };
}

function sumOfStreams(all: Vectors, weights: Vectors, streams: number): Vectors {
  const length = all.length / streams;
  const result = makeVectors(all.count, length);
  for (let t = 0; t < all.count; t++) {
    for (let stream = 0; stream < streams; stream++) {
      const weight = weights.values[t * streams + stream] as number;
      const from = t * all.length + stream * length;
      for (let i = 0; i < length; i++) {
        const at = t * length + i;
        result.values[at] = (result.values[at] as number) + weight * (all.values[from + i] as number);
      }
    }
  }
  return result;
}

/** Softmax of each row, then columns and rows alternately divided by their sums, starting and ending with columns. */
function crossing(
  numbers: Vectors,
  { streams, rounds, epsilon }: { streams: number; rounds: number; epsilon: number },
): Vectors {
  const result = makeVectors(numbers.count, streams * streams);
  const places = Array.from({ length: streams }, (_, i) => i);
  for (let t = 0; t < numbers.count; t++) {
    const shares = vectorAt(result, t);
    shares.set(vectorAt(numbers, t).subarray(2 * streams));
    for (let row = 0; row < streams; row++)
      softmaxInPlace(shares.subarray(row * streams, (row + 1) * streams), epsilon);
    const rows = places.map((row) => places.map((column) => row * streams + column));
    const columns = places.map((column) => places.map((row) => row * streams + column));
    divideBySums(shares, columns, epsilon);
    for (let round = 1; round < rounds; round++) {
      divideBySums(shares, rows, epsilon);
      divideBySums(shares, columns, epsilon);
    }
  }
  return result;
}

function softmaxInPlace(numbers: Float32Array, epsilon: number): void {
  const most = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shares = numbers.map((one) => Math.exp(one - most));
  const sum = shares.reduce((a, b) => a + b, 0);
  for (let i = 0; i < numbers.length; i++) numbers[i] = (shares[i] as number) / sum + epsilon;
}

function divideBySums(shares: Float32Array, lines: readonly (readonly number[])[], epsilon: number): void {
  for (const line of lines) {
    const sum = line.reduce((total, at) => total + (shares[at] as number), epsilon);
    for (const at of line) shares[at] = (shares[at] as number) / sum;
  }
}

async function gated(
  arithmetic: Arithmetic,
  { norm, down, up, inject }: GatedStreams,
  all: Vectors,
  streams: number,
): Promise<MixedStreams> {
  const normed = await arithmetic.normalized(all, norm);
  const low = scaled(await arithmetic.project(down, normed), 1 / streams);
  for (let i = 0; i < low.values.length; i++)
    low.values[i] = (low.values[i] as number) * sigmoid(low.values[i] as number);
  const gates = await arithmetic.project(up, low);
  for (let i = 0; i < gates.values.length; i++) {
    gates.values[i] = sigmoid(gates.values[i] as number) * (normed.values[i] as number);
  }
  const even = makeVectors(all.count, streams);
  even.values.fill(1 / streams);
  const given = inject === null ? null : scaled(await arithmetic.project(inject, normed), 1 / streams);
  if (given !== null) given.values.set(given.values.map((one) => 2 * sigmoid(one)));
  return { input: sumOfStreams(gates, even, streams), given, crossed: null };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
