/** A Mamba block of a layer, planned: the selective state space of Mamba and Mamba-2, and PLaMo-2's form between the two. */

import type { Mamba } from '../architectures/recurrence.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { type ConvolutionPlan, planConvolution } from './causal-convolution.js';
import { TraceError } from './inference-error.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import { type Planner, ruled } from './planner.js';

export interface MambaPlan {
  kind: Mamba['kind'];
  /** Numbers inside the block, of a head, and of the state for each of them. */
  inner: number;
  heads: number;
  state: number;
  /** Groups of heads that share B and C. */
  groups: number;
  into: Projection;
  /** In `into` the gate and the input of each head stand in turn. */
  headsInTurn: boolean;
  convolution: ConvolutionPlan;
  /** Mamba: from the input to the steps of time, B and C, in this order unless `stepLast`. Null: they are in `into`. */
  chosen: Projection | null;
  stepLast: boolean;
  norms: { step: NormPlan; b: NormPlan; c: NormPlan } | null;
  /** From the short vector of steps to one for each head; null: they are there as they are. */
  steps: Projection | null;
  stepBias: ReadableData;
  /** How fast the state fades: −A, one number for each head or for each row of each head's state. */
  rates: ReadableData;
  /** How much of the input goes past the state. */
  past: ReadableData;
  norm: NormPlan | null;
  out: Projection;
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planMamba(planner: Planner, { layer, view }: LayerPlan, block: Mamba): MambaPlan {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `ssm_${part}`);
  const sized = (key: string, most = MOST_WIDTH) => planner.length(`ssm.${key}`, view.number(`ssm.${key}`), most);
  const [inner, state, taps] = [sized('inner_size'), sized('state_size'), sized('conv_kernel', MOST_HEADS)];
  const second = block.kind === 'mamba-2';
  const byHead = second || block.byHead === true;
  const heads = byHead ? sized('time_step_rank', MOST_WIDTH) : inner;
  const groups = second ? sized('group_count', MOST_HEADS) : 1;
  if (inner % heads !== 0 || heads % groups !== 0) {
    throw new TraceError(
      'missing-number',
      `${inner} numbers cannot be shared out over ${heads} heads in ${groups} groups`,
    );
  }
  const channels = second ? inner + 2 * groups * state : inner;
  const rows = second ? inner + channels + heads : 2 * inner;
  const rank = second ? null : planner.rowsOf(name('x'), inner) - 2 * state;
  const plain = (part: string, length: number) => tensors.vector(name(part), length);
  return {
    ...{ kind: block.kind, inner, heads, state, groups },
    into: planner.projection(name('in'), embedding, { rows }),
    headsInTurn: block.byHead === true,
    convolution: planConvolution(planner, name('conv1d'), taps, channels),
    chosen: rank === null ? null : planner.projection(name('x'), inner, { rows: rank + 2 * state }),
    stepLast: block.byHead === true,
    norms: rank === null ? null : normsOf(planner, name, { rank, state, bare: ruled(block.normed, view) === true }),
    steps: rank === null ? null : stepsOf(planner, name('dt'), rank, heads),
    stepBias: tensors.vector(`${name('dt')}.bias`, heads),
    rates: plain('a', byHead ? heads : inner * state),
    past: plain('d', heads),
    norm: second ? groupNorm(planner, name('norm'), inner, groups) : null,
    out: planner.projection(name('out'), inner, { rows: embedding }),
  };
}

/** Its bias is added apart, as that of Mamba-2, which has no matrix. */
function stepsOf(planner: Planner, name: string, rank: number, heads: number): Projection {
  return { ...planner.projection(name, planner.length('ssm_x', rank, MOST_WIDTH), { rows: heads }), bias: null };
}

/** All three are there or none is; without learned numbers where the model says so. */
function normsOf(
  planner: Planner,
  name: (part: string) => string,
  { rank, state, bare }: { rank: number; state: number; bare: boolean },
): MambaPlan['norms'] {
  const stored = ['dt_norm', 'b_norm', 'c_norm'].every((part) => planner.normStored(name(part)));
  if (!stored && !bare) return null;
  const norm = (part: string, length: number) => planner.norm(name(part), length, { kind: 'rms', bare });
  return { step: norm('dt_norm', rank), b: norm('b_norm', state), c: norm('c_norm', state) };
}

/** Each group of heads is normalized by itself. */
function groupNorm(planner: Planner, name: string, inner: number, groups: number): NormPlan | null {
  if (!planner.normStored(name)) return null;
  return { ...planner.norm(name, inner, { kind: 'rms' }), stretch: inner / groups };
}

/** Numbers of the state that the block carries on. */
export function mambaParts({ heads, inner, state, convolution }: MambaPlan) {
  return [
    { kind: 'convolution' as const, dimensions: [convolution.taps - 1, convolution.channels] },
    { kind: 'state' as const, dimensions: [state, inner / heads, heads] },
  ];
}
