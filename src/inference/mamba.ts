/**
 * Mamba (https://arxiv.org/abs/2312.00752) and Mamba-2 (https://arxiv.org/abs/2405.21060), computed. A token's input x goes through a short
 * convolution. From its result, or from the same matrix as x, come a time step Δ for each head and the vectors B and C, which are as long
 * as the state:
 *
 *   S ← e^(Δ A) S + Δ B xᵀ,   y = Sᵀ C + D x,   out = W (y · silu(z))
 *
 * In Mamba a head is one channel, and A has a number for each of its rows; in Mamba-2 A is one number for each head, heads share B and C in
 * groups, and y is normalized by groups.
 */

import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { convolved } from './causal-convolution.js';
import { carryState } from './linear-state.js';
import { type MambaPlan, mambaParts } from './plan-mamba.js';
import type { BlockTrace } from './state-trace.js';
import { addTo, stretch, type Vectors, vectorAt } from './vectors.js';

const silu = pointwise('silu');
const softplus = (x: number) => (x > 20 ? x : Math.log1p(Math.exp(x)));

/** Returns what the block adds to the residual stream, and its state. */
export async function throughMamba(
  arithmetic: Arithmetic,
  plan: MambaPlan,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const { inner, heads, state, groups } = plan;
  const { gate, x, b, c, steps } = await inputsOf(arithmetic, plan, await arithmetic.project(plan.into, input));
  const [bias, rates, past] = await Promise.all(
    [plan.stepBias, plan.rates, plan.past].map((one) => arithmetic.vector(one)),
  );
  for (let t = 0; t < steps.count; t++) addTo(vectorAt(steps, t), bias as Float32Array);
  for (let i = 0; i < steps.values.length; i++) steps.values[i] = softplus(steps.values[i] as number);
  const each = inner / heads;
  const perHead = heads / groups;
  const rowsOfRates = (rates as Float32Array).length / heads;
  const keeps = new Float32Array(rowsOfRates);
  const written = new Float32Array(each);
  const { read, lengths } = carryState({ heads, key: state, value: each }, input.count, (token, head) => {
    const step = steps.values[token * heads + head] as number;
    for (let i = 0; i < rowsOfRates; i++)
      keeps[i] = Math.exp(step * ((rates as Float32Array)[head * rowsOfRates + i] as number));
    for (let i = 0; i < each; i++) written[i] = step * (x.values[token * inner + head * each + i] as number);
    const at = token * b.length + Math.floor(head / perHead) * state;
    return {
      keeps: rowsOfRates === 1 ? (keeps[0] as number) : keeps,
      key: b.values.subarray(at, at + state),
      value: written,
      query: c.values.subarray(at, at + state),
    };
  });
  for (let t = 0; t < input.count; t++) {
    for (let i = 0, at = t * inner; i < inner; i++, at++) {
      const own = (x.values[at] as number) * ((past as Float32Array)[Math.floor(i / each)] as number);
      read.values[at] = silu(gate.values[at] as number) * ((read.values[at] as number) + own);
    }
  }
  const normed = plan.norm === null ? read : await arithmetic.normalized(read, plan.norm);
  return {
    result: await arithmetic.project(plan.out, normed),
    trace: {
      parts: mambaParts(plan),
      fading: { heads, logs: steps, rates: rates as Float32Array },
      lengths,
      overwrites: false,
    },
  };
}

interface Inputs {
  gate: Vectors;
  x: Vectors;
  b: Vectors;
  c: Vectors;
  /** Time steps before the bias is added. */
  steps: Vectors;
}

async function inputsOf(arithmetic: Arithmetic, plan: MambaPlan, both: Vectors): Promise<Inputs> {
  const { inner, heads, state, groups, convolution, chosen } = plan;
  const { channels } = convolution;
  const [gate, before] = gateAndInput(plan, both);
  const x = await convolved(arithmetic, convolution, before);
  for (let i = 0; i < x.values.length; i++) x.values[i] = silu(x.values[i] as number);
  const all = groups * state;
  if (chosen === null) {
    const part = (first: number, length: number) => stretch(x, { every: channels, first, length });
    return {
      gate,
      x: part(0, inner),
      b: part(inner, all),
      c: part(inner + all, all),
      steps: stretch(both, { every: both.length, first: inner + channels, length: heads }),
    };
  }
  const given = await arithmetic.project(chosen, x);
  const rank = chosen.rows - 2 * state;
  const part = (first: number, length: number) => stretch(given, { every: given.length, first, length });
  const [step, b, c] = plan.stepLast
    ? [part(2 * state, rank), part(0, state), part(state, state)]
    : [part(0, rank), part(rank, state), part(rank + state, state)];
  const { norms } = plan;
  const normed = async (vectors: Vectors, norm: keyof NonNullable<typeof norms>) =>
    norms === null ? vectors : arithmetic.normalized(vectors, norms[norm]);
  const short = await normed(step, 'step');
  return {
    ...{ gate, x, b: await normed(b, 'b'), c: await normed(c, 'c') },
    steps: plan.steps === null ? short : await arithmetic.project(plan.steps, short),
  };
}

/** Mamba stores the input first, Mamba-2 the gate; PLaMo-2 alternates gate and input of each head. */
function gateAndInput({ kind, inner, heads, headsInTurn, convolution }: MambaPlan, both: Vectors): [Vectors, Vectors] {
  const part = (first: number, length: number, every = both.length) => stretch(both, { first, length, every });
  const each = inner / heads;
  if (headsInTurn) return [part(0, each, 2 * each), part(each, each, 2 * each)];
  return kind === 'mamba' ? [part(inner, inner), part(0, inner)] : [part(0, inner), part(inner, convolution.channels)];
}
