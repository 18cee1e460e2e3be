/** Plans a Mamba block of a layer: the selective state space of Mamba and Mamba-2, and PLaMo-2's hybrid of the two. */

import type { Mamba } from '../architectures/recurrence.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { type ConvolutionPlan, planConvolution } from './causal-convolution.js';
import { TraceError } from './inference-error.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import { type Planner, ruled } from './planner.js';

export interface MambaPlan {
  kind: Mamba['kind'];
  /** Inner length of the block; below, the head count, the head length and the state length. */
  inner: number;
  heads: number;
  state: number;
  /** Number of head groups that share B and C. */
  groups: number;
  into: Projection;
  /** Gate and input of each head alternate in `into`. */
  headsInTurn: boolean;
  convolution: ConvolutionPlan;
  /** Mamba: from the input to the time steps, B and C, in this order unless `stepLast`. Null: `into` produces them. */
  chosen: Projection | null;
  stepLast: boolean;
  norms: { step: NormPlan; b: NormPlan; c: NormPlan } | null;
  /** From the short vector of time steps to one for each head; null: `into` produces them directly. */
  steps: Projection | null;
  stepBias: ReadableData;
  /** Decay rate of the state: −A, one number for each head or for each row of each head's state. */
  rates: ReadableData;
  /** How much of the input bypasses the state (D). */
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
      `${inner} numbers cannot be divided evenly among ${heads} heads in ${groups} groups`,
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

/** The bias is added separately, because Mamba-2 has a bias but no matrix. */
function stepsOf(planner: Planner, name: string, rank: number, heads: number): Projection {
  return { ...planner.projection(name, planner.length('ssm_x', rank, MOST_WIDTH), { rows: heads }), bias: null };
}

/** Either all three norms are stored or none. If the architecture says so, they have no learned weights. */
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

/** Each group of heads is normalized separately. */
function groupNorm(planner: Planner, name: string, inner: number, groups: number): NormPlan | null {
  if (!planner.normStored(name)) return null;
  return { ...planner.norm(name, inner, { kind: 'rms' }), stretch: inner / groups };
}

/** The parts of the state that the block keeps. */
export function mambaParts({ heads, inner, state, convolution }: MambaPlan) {
  return [
    { kind: 'convolution' as const, dimensions: [convolution.taps - 1, convolution.channels] },
    { kind: 'state' as const, dimensions: [state, inner / heads, heads] },
  ];
}
