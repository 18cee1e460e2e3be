/**
 * Lightning attention (https://arxiv.org/abs/2401.04658), computed: attention without softmax. Each head's state decays by a fixed rate
 * that does not depend on the tokens. S ← e^−s S + k vᵀ, out = Sᵀ q, normalized, times σ of a gate.
 */

import { atLayer } from '../model/hyperparameters.js';
import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { carryState } from './linear-state.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';
import type { BlockTrace } from './state-trace.js';
import { makeVectors, stretch, type Vectors } from './vectors.js';

export interface LightningPlan {
  heads: number;
  length: number;
  /** Query, key and value of each head; the heads follow one another. */
  into: Projection;
  /** Decay rate of each head's state. */
  slopes: readonly number[];
  norm: NormPlan;
  gate: Projection;
  out: Projection;
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planLightning(planner: Planner, { layer, view }: LayerPlan): LightningPlan {
  const { embedding, hyperparameters } = planner.numbers;
  const name = (part: string) => planner.name(layer, `attn_${part}`);
  const heads = planner.length('attention.head_count', atLayer(hyperparameters.headCount, 0), MOST_HEADS);
  const length = planner.length('attention.key_length', hyperparameters.keyLength, MOST_WIDTH);
  const width = planner.length('attention.key_length', heads * length, MOST_WIDTH);
  // Deeper layers keep more of the state.
  const scale = 1 - layer / (view.layers - 1) + 1e-5;
  const start = 2 ** -(2 ** -(Math.log2(heads) - 3));
  return {
    ...{ heads, length },
    into: planner.projection(name('qkv'), embedding, { rows: 3 * width }),
    slopes: Array.from({ length: heads }, (_, head) => scale * start * start ** head),
    norm: planner.norm(name('norm_2'), width, { kind: 'rms' }),
    gate: planner.projection(name('gate'), embedding, { rows: width }),
    out: planner.projection(name('output'), width, { rows: embedding }),
  };
}

/** Returns what the block adds to the residual stream, and its state. */
export async function throughLightning(
  arithmetic: Arithmetic,
  { heads, length, into, slopes, norm, gate, out }: LightningPlan,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const all = await arithmetic.project(into, input);
  const silu = pointwise('silu');
  for (let i = 0; i < all.values.length; i++) all.values[i] = silu(all.values[i] as number);
  const [query, key, value] = [0, 1, 2].map((part) =>
    stretch(all, { first: part * length, length, every: 3 * length }),
  ) as [Vectors, Vectors, Vectors];
  const { read, lengths } = carryState({ heads, key: length, value: length }, input.count, (token, head) => {
    const at = token * query.length + head * length;
    const part = ({ values }: Vectors) => values.subarray(at, at + length);
    return { keeps: Math.exp(-(slopes[head] as number)), key: part(key), value: part(value), query: part(query) };
  });
  const normed = await arithmetic.normalized(read, norm);
  const open = await arithmetic.project(gate, input);
  const sigmoid = pointwise('sigmoid');
  for (let i = 0; i < normed.values.length; i++) {
    normed.values[i] = (normed.values[i] as number) * sigmoid(open.values[i] as number);
  }
  const logs = makeVectors(input.count, heads);
  for (let i = 0; i < logs.values.length; i++) logs.values[i] = -(slopes[i % heads] as number);
  return {
    result: await arithmetic.project(out, normed),
    trace: {
      parts: [{ kind: 'state', dimensions: [length, length, heads] }],
      fading: { heads, logs, rates: null },
      ...{ lengths, overwrites: false },
    },
  };
}
