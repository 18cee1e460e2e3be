/** Plans RWKV's time mixing of a layer: the matrices of RWKV-6 and RWKV-7, and the mix of each token with the one before. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import { MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';

/** Two small matrices in sequence, and the bias. */
export interface ShortWay {
  down: Projection;
  up: Projection;
  added: ReadableData | null;
}

interface TimeMixing {
  layer: number;
  /** Length of a head's key and value; below, the number of heads. */
  length: number;
  heads: number;
  query: Projection;
  key: Projection;
  value: Projection;
  /** Normalizes each head's result separately. */
  norm: NormPlan | null;
  out: Projection;
}

export interface Rwkv6Plan extends TimeMixing {
  /** Number of KV heads; if it is smaller than `heads`, equal groups of query heads share them. */
  headsKv: number;
  /** Weight of the previous token in the mix: one for all, then one each for w, k, v, r and g, which depends on the token. */
  shift: ReadableData;
  shifts: readonly ReadableData[] | { fused: ReadableData };
  moving: { down: Projection; up: readonly Projection[] };
  decay: ShortWay;
  gate: Projection;
  /** Weight of the token itself (u); null: the state is read after the token is added, as in gated linear attention. */
  own: ReadableData | null;
}

export interface Rwkv7Plan extends TimeMixing {
  /** Weight of the previous token in the mix, for r, w, k, v, a and g. */
  shifts: ReadableData;
  decay: ShortWay;
  /** How much of the first layer's value is mixed in; unused in the first layer. */
  firstValue: ShortWay | null;
  rate: ShortWay;
  gate: { down: Projection; up: Projection } | null;
  /** Factors on the key: for the removed direction, for the rate's share, and for the token itself. */
  removal: ReadableData;
  rated: ReadableData;
  own: ReadableData;
}

const HEAD_NORM_EPSILON = 64e-5;

/** In the order in which RWKV-6 stores them. */
const SHIFTS = ['w', 'k', 'v', 'r', 'g'] as const;

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planRwkv6(planner: Planner, plan: LayerPlan): Rwkv6Plan {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  const { name, matrix, vector } = names(planner, plan.layer);
  const five = planner.rowsOf(name('w1'), embedding);
  const small = Math.floor(five / SHIFTS.length);
  const up = tensors.experts(`${name('w2')}.weight`, small, embedding, SHIFTS.length);
  const fused = tensors.has(`${name('lerp_fused')}.weight`);
  const { length, heads } = headsOf(planner, plan);
  const headsKv = planner.rowsOf(name('key'), embedding) / length;
  if (heads % headsKv !== 0) {
    throw new TraceError('wrong-shape', `${heads} heads cannot be divided among ${headsKv} KV heads`);
  }
  const own = tensors.vectorOrNull(`${name('first')}.weight`, embedding);
  return {
    ...{ layer: plan.layer, length, heads, headsKv, own },
    shift: vector('lerp_x', embedding),
    shifts: fused
      ? { fused: vector('lerp_fused', SHIFTS.length * embedding) }
      : SHIFTS.map((part) => vector(`lerp_${part}`, embedding)),
    moving: {
      down: matrix('w1', embedding, SHIFTS.length * small),
      up: SHIFTS.map((_, i) => ({ matrix: up, first: i * embedding, rows: embedding, scale: null, bias: null })),
    },
    decay: shortWay(planner, name, ['decay_w1', 'decay_w2'], vector('decay', embedding)),
    gate: matrix('gate', embedding, embedding),
    query: matrix('receptance', embedding, embedding),
    key: matrix('key', embedding, headsKv * length),
    value: matrix('value', embedding, headsKv * length),
    norm: own === null ? null : headNorm(planner, name('ln'), length),
    out: matrix('output', embedding, embedding),
  };
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planRwkv7(planner: Planner, plan: LayerPlan): Rwkv7Plan {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  const { name, matrix, vector } = names(planner, plan.layer);
  const { length, heads } = headsOf(planner, plan);
  const way = (part: string) => shortWay(planner, name, [`${part}1`, `${part}2`], vector(`${part}0`, embedding));
  const gated = tensors.has(`${name('g1')}.weight`) && tensors.has(`${name('g2')}.weight`);
  const normed = tensors.has(`${name('ln')}.weight`) && tensors.has(`${name('ln')}.bias`);
  return {
    ...{ layer: plan.layer, length, heads },
    shifts: vector('lerp_fused', (gated ? 6 : 5) * embedding),
    decay: way('w'),
    firstValue: plan.layer === 0 ? null : way('v'),
    rate: way('a'),
    gate: gated ? shortWay(planner, name, ['g1', 'g2'], null) : null,
    removal: vector('k_k', embedding),
    rated: vector('k_a', embedding),
    own: vector('r_k', embedding),
    query: matrix('receptance', embedding, embedding),
    key: matrix('key', embedding, embedding),
    value: matrix('value', embedding, embedding),
    norm: normed ? headNorm(planner, name('ln'), length) : null,
    out: matrix('output', embedding, embedding),
  };
}

function names(planner: Planner, layer: number) {
  const name = (part: string) => planner.name(layer, `time_mix_${part}`);
  return {
    name,
    matrix: (part: string, length: number, rows: number) => planner.projection(name(part), length, { rows }),
    vector: (part: string, length: number) => planner.tensors.vector(`${name(part)}.weight`, length),
  };
}

function headsOf(planner: Planner, { view }: LayerPlan): { length: number; heads: number } {
  const { embedding } = planner.numbers;
  const length = planner.length('wkv.head_size', view.number('wkv.head_size'), MOST_WIDTH);
  if (embedding % length !== 0) {
    throw new TraceError('missing-number', `${embedding} numbers cannot be cut into heads of ${length}`);
  }
  return { length, heads: embedding / length };
}

function shortWay(
  planner: Planner,
  name: (part: string) => string,
  [down, up]: readonly [string, string],
  added: ReadableData | null,
): ShortWay {
  const { embedding } = planner.numbers;
  const rows = planner.rowsOf(name(down), embedding);
  return {
    down: planner.projection(name(down), embedding, { rows }),
    up: planner.projection(name(up), rows, { rows: embedding }),
    added,
  };
}

function headNorm(planner: Planner, name: string, length: number): NormPlan {
  const { embedding } = planner.numbers;
  return { ...planner.norm(name, embedding, { kind: 'layer', epsilon: HEAD_NORM_EPSILON }), stretch: length };
}
