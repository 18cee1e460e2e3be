/**
 * RWKV's channel mixing, its feed-forward network (https://arxiv.org/abs/2404.05892): V relu(K xₖ)², times σ(R xᵣ) if the model has R. The
 * matrices read a mix of the token's vector and the previous token's, so the layer keeps one vector as its state.
 */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import type { LayerPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';
import type { BlockTrace } from './state-trace.js';
import { between, toPrevious } from './token-shift.js';
import type { Vectors } from './vectors.js';

export interface ChannelMixingPlan {
  /** Weight of the previous token in the mix, for the key; below, for the gate. */
  keyShift: ReadableData;
  key: Projection;
  value: Projection;
  gate: { shift: ReadableData; matrix: Projection } | null;
}

/** Throws TraceError where a tensor is missing or does not fit. */
export function planChannelMixing(planner: Planner, { layer }: LayerPlan): ChannelMixingPlan {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `channel_mix_${part}`);
  const shift = (part: string) => tensors.vector(`${name(`lerp_${part}`)}.weight`, embedding);
  const width = planner.rowsOf(name('key'), embedding);
  const gated = tensors.has(`${name('receptance')}.weight`);
  return {
    keyShift: shift('k'),
    key: planner.projection(name('key'), embedding, { rows: width }),
    value: planner.projection(name('value'), width, { rows: embedding }),
    gate: gated
      ? { shift: shift('r'), matrix: planner.projection(name('receptance'), embedding, { rows: embedding }) }
      : null,
  };
}

/** Returns what the block adds to the residual stream, and its state. */
export async function throughChannelMixing(
  arithmetic: Arithmetic,
  { keyShift, key, value, gate }: ChannelMixingPlan,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const difference = toPrevious(input);
  const shifted = async (weight: ReadableData) => between(input, difference, await arithmetic.vector(weight));
  const hidden = await arithmetic.project(key, await shifted(keyShift));
  const act = pointwise('relu-squared');
  for (let i = 0; i < hidden.values.length; i++) hidden.values[i] = act(hidden.values[i] as number);
  const result = await arithmetic.project(value, hidden);
  if (gate !== null) {
    const open = await arithmetic.project(gate.matrix, await shifted(gate.shift));
    const sigmoid = pointwise('sigmoid');
    for (let i = 0; i < result.values.length; i++) {
      result.values[i] = (result.values[i] as number) * sigmoid(open.values[i] as number);
    }
  }
  return {
    result,
    trace: {
      parts: [{ kind: 'shift', dimensions: [input.length] }],
      ...{ fading: null, lengths: new Float64Array(0), overwrites: false },
    },
  };
}
