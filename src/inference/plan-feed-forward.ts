/** The feed-forward network of a layer, planned: one network, a router with its experts, or both. */

import type { Activation, Clamp, Experts, FeedForward } from '../architectures/forward.js';
import { ruled } from '../architectures/rules.js';
import { atLayer } from '../model/hyperparameters.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { MOST_WIDTH } from './model-numbers.js';
import type { ExpertsPlan, FeedForwardPlan, LayerPlan, NetworkPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';

const MOST_EXPERTS = 65_536;

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planFeedForward(planner: Planner, plan: LayerPlan, block: FeedForward): FeedForwardPlan {
  const { experts } = block;
  const routed = experts !== undefined && planner.tensors.has(`${planner.name(plan.layer, 'ffn_gate_inp')}.weight`);
  return {
    dense: routed && experts.besideDense !== true ? null : network(planner, plan, block),
    experts: routed ? expertsOf(planner, plan, block, experts) : null,
  };
}

function network(planner: Planner, { layer, view }: LayerPlan, block: FeedForward): NetworkPlan {
  const { numbers, tensors } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, `ffn_${part}`);
  const stated = ruled(block.length, view) ?? atLayer(hyperparameters.feedForwardLength, layer);
  const width = planner.length('feed_forward_length', stated, MOST_WIDTH);
  const norm = block.innerNorm === undefined ? null : planner.name(layer, block.innerNorm);
  return {
    ...pairOf(planner, name, { rows: width, inUp: block.gateInUp === true }),
    activation: ruled(block.activation, view) as Activation,
    clamp: ruled(block.clamp, view) ?? null,
    innerNorm: norm === null || !tensors.has(`${norm}.weight`) ? null : planner.norm(norm, width),
    divisor: block.divisor === undefined ? null : planner.vectorOrNull(layer, block.divisor, width),
    down: { ...planner.projection(name('down'), width, { rows: embedding }), scaleBehindBias: true },
  };
}

/** Gate and up, in matrices of their own or in one; no gate where none is stored. */
function pairOf(
  planner: Planner,
  name: (part: string) => string,
  { rows, inUp }: { rows: number; inUp: boolean },
): Pick<NetworkPlan, 'gate' | 'up'> {
  const { embedding } = planner.numbers;
  const behind = { scaleBehindBias: true } as const;
  if (inUp) {
    const half = (first: number): Projection => ({
      ...planner.projection(name('up'), embedding, { first, rows, of: 2 * rows }),
      ...behind,
    });
    return { gate: half(0), up: half(rows) };
  }
  const gate = planner.projectionOrNull(name('gate'), embedding, rows);
  return {
    gate: gate && { ...gate, ...behind },
    up: { ...planner.projection(name('up'), embedding, { rows }), ...behind },
  };
}

function expertsOf(planner: Planner, { layer, view }: LayerPlan, block: FeedForward, experts: Experts): ExpertsPlan {
  const { numbers, tensors } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, `ffn_${part}`);
  const count = planner.length('expert_count', hyperparameters.expertCount, MOST_EXPERTS);
  const used = planner.length('expert_used_count', view.number('expert_used_count'), count);
  const router = planner.projection(name('gate_inp'), embedding, { rows: count });
  const width = planner.length(
    'expert_feed_forward_length',
    expertLength(planner, layer, ruled(experts.length, view), used),
    MOST_WIDTH,
  );
  const activation = ruled(experts.activation ?? block.activation, view) as Activation;
  const clamp = ruled(experts.clamp, view) ?? null;
  const scale = ruled(experts.scale, view) ?? 1;
  return {
    ...{ router, count, used },
    choiceBias: firstStored(
      planner,
      [`${planner.name(layer, 'exp_probs_b')}.bias`, `${planner.name(layer, 'exp_probs_b')}.weight`],
      count,
    ),
    gating: ruled(experts.gating, view) as ExpertsPlan['gating'],
    normalized: ruled(experts.normalized, view) as boolean,
    weightScale: scale === 0 ? 1 : scale,
    groups: ruled(experts.groups, view) ?? null,
    weightsBefore: experts.weightsBefore === true,
    routerReads: experts.routerReads ?? 'input',
    network: stacks(planner, name, { count, width, activation, clamp }),
    scales: ['gate', 'up', 'down'].map((part) => tensors.vectorOrNull(`${name(`${part}_exps`)}.scale`, count)),
    ...sharedOf(planner, { layer, view }, { activation, clamp, length: ruled(experts.sharedLength, view) }),
  };
}

interface Stacks {
  count: number;
  width: number;
  activation: Activation;
  clamp: Clamp | null;
}

/** The matrices of all experts, and those of one. */
function stacks(
  planner: Planner,
  name: (part: string) => string,
  { count, width, activation, clamp }: Stacks,
): ExpertsPlan['network'] {
  const { numbers, tensors } = planner;
  const { embedding } = numbers;
  const joined = tensors.has(`${name('gate_up_exps')}.weight`);
  const stack = (part: string, length: number, rows: number) => ({
    matrix: tensors.experts(`${name(`${part}_exps`)}.weight`, length, rows, count),
    bias: tensors.has(`${name(`${part}_exps`)}.bias`)
      ? tensors.matrix(`${name(`${part}_exps`)}.bias`, rows, count)
      : null,
    rows,
  });
  const gateUp = joined ? stack('gate_up', embedding, 2 * width) : null;
  const gate = joined || !tensors.has(`${name('gate_exps')}.weight`) ? null : stack('gate', embedding, width);
  const up = joined ? null : stack('up', embedding, width);
  const down = stack('down', width, embedding);
  const of = (
    { matrix, bias, rows: each }: { matrix: ReadableData; bias: ReadableData | null; rows: number },
    expert: number,
    { first = 0, rows = each } = {},
  ): Projection => ({ matrix, first: expert * each + first, rows, scale: null, bias });
  return (expert) => ({
    activation,
    clamp,
    ...{ innerNorm: null, divisor: null },
    gate: gateUp !== null ? of(gateUp, expert, { rows: width }) : gate && of(gate, expert),
    up: gateUp !== null ? of(gateUp, expert, { first: width, rows: width }) : of(up as NonNullable<typeof up>, expert),
    down: of(down, expert),
  });
}

/** Experts of every token, which are one network; null where the file has none. */
function sharedOf(
  planner: Planner,
  { layer }: Pick<LayerPlan, 'layer' | 'view'>,
  { activation, clamp, length }: { activation: Activation; clamp: Clamp | null; length: number | undefined },
): Pick<ExpertsPlan, 'shared' | 'sharedGate'> {
  const { numbers, tensors } = planner;
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `ffn_${part}_shexp`);
  if (!tensors.has(`${name('up')}.weight`)) return { shared: null, sharedGate: null };
  const rows = length ?? planner.rowsOf(name('up'), embedding);
  return {
    shared: {
      ...{ activation, clamp, innerNorm: null, divisor: null },
      gate: planner.projectionOrNull(name('gate'), embedding, rows),
      up: planner.projection(name('up'), embedding, { rows }),
      down: planner.projection(name('down'), rows, { rows: embedding }),
    },
    sharedGate: planner.projectionOrNull(name('gate_inp'), embedding, 1),
  };
}

/** By the key, else the dense width shared out over the experts that work, as far as the tensors do not tell. */
function expertLength(planner: Planner, layer: number, own: number | undefined, used: number): number {
  if (own !== undefined) return own;
  const { numbers, tensors } = planner;
  const stored = tensors.dimensions(`${planner.name(layer, 'ffn_down_exps')}.weight`)?.[0];
  if (stored !== undefined) return stored;
  const all = atLayer(numbers.hyperparameters.feedForwardLength, layer) ?? 0;
  return Math.floor(all / used);
}

function firstStored(planner: Planner, names: readonly string[], length: number): ReadableData | null {
  const name = names.find((one) => planner.tensors.has(one));
  return name === undefined ? null : planner.tensors.vector(name, length);
}
