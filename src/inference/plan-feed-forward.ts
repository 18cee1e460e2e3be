/** Plans the feed-forward network of a layer: one network, a router with its experts, or both. */

import type { Activation, Clamp, Experts, FeedForward, Gating } from '../architectures/forward.js';
import type { LayerView } from '../architectures/layer-view.js';
import { atLayer } from '../model/hyperparameters.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import { MOST_WIDTH, missing, within } from './model-numbers.js';
import type { ExpertsPlan, FeedForwardPlan, LayerPlan, Projection } from './plan.js';
import { planNetwork } from './plan-network.js';
import { type Planner, ruled } from './planner.js';

const MOST_EXPERTS = 65_536;

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planFeedForward(planner: Planner, plan: LayerPlan, block: FeedForward): FeedForwardPlan {
  const { experts } = block;
  const routed = experts !== undefined && planner.tensors.has(`${planner.name(plan.layer, 'ffn_gate_inp')}.weight`);
  const beside =
    routed && experts.besideDense !== undefined && planner.tensors.has(`${planner.name(plan.layer, 'ffn_up')}.weight`);
  return {
    dense: routed && !beside ? null : planNetwork(planner, plan, block),
    experts: routed ? expertsOf(planner, plan, block, experts) : null,
    sumScale: beside ? (experts?.besideDense as number) : 1,
  };
}

function expertsOf(planner: Planner, { layer, view }: LayerPlan, block: FeedForward, experts: Experts): ExpertsPlan {
  const { numbers, tensors } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, `ffn_${part}`);
  const count = planner.length('expert_count', hyperparameters.expertCount, MOST_EXPERTS);
  const used = planner.length('expert_used_count', view.number('expert_used_count'), count);
  const routerMatrix = tensors.matrix(`${name('gate_inp')}.weight`, embedding, count);
  const router: Projection = experts.routerNormed
    ? { matrix: routerMatrix, first: 0, rows: count, scale: null, bias: null }
    : planner.projection(name('gate_inp'), embedding, { rows: count });
  const width = planner.length(
    'expert_feed_forward_length',
    expertLength(planner, layer, ruled(experts.length, view), used),
    MOST_WIDTH,
  );
  const activation = ruled(experts.activation ?? block.activation, view) as Activation;
  const clamp = ruled(experts.clamp, view) ?? null;
  const scale = ruled(experts.scale, view) ?? 1;
  const latent = latentOf(planner, layer, experts);
  const byToken = experts.byToken === undefined ? null : ruled(experts.byToken, view);
  if (byToken === undefined) throw missing(`${numbers.name}.hash_layer_count`);
  return {
    ...{ router, count, used },
    byToken: byToken === null ? null : tensors.matrix(`${planner.name(layer, byToken)}.weight`, used),
    choiceBias: firstStored(
      planner,
      ['.bias', '.weight', ''].map((ending) => `${planner.name(layer, 'exp_probs_b')}${ending}`),
      count,
    ),
    gating: gatingOf(planner, ruled(experts.gating, view)),
    normalized: ruled(experts.normalized, view) as boolean,
    weightScale: scale === 0 ? 1 : scale,
    groups: groupsOf(planner, view, count),
    weightsBefore: experts.weightsBefore === true,
    routerReads: experts.routerReads ?? 'input',
    routerNorm: experts.routerNormed
      ? {
          norm: planner.norm('', embedding, { bare: true }),
          scale: tensors.vector(`${name('gate_inp')}.scale`, embedding),
        }
      : null,
    latent,
    network: stacks(planner, (part) => `${name(part)}_exps`, {
      count,
      width,
      activation,
      clamp,
      input: latent?.down.rows ?? embedding,
    }),
    scales: ['gate', 'up', 'down'].map((part) => tensors.vectorOrNull(`${name(`${part}_exps`)}.scale`, count)),
    adjugate: adjugateOf(planner, { layer, view }, experts, { count, used, activation }),
    sharedScale: experts.sharedHalves && tensors.has(`${name('up_shexp')}.weight`) ? 0.5 : 1,
    ...sharedOf(
      planner,
      { layer, view },
      {
        ...{ activation, clamp: ruled(experts.sharedClamp, view) ?? null, length: ruled(experts.sharedLength, view) },
      },
    ),
  };
}

function gatingOf({ numbers }: Planner, gating: Gating | undefined): Gating {
  if (gating === undefined) throw missing(`${numbers.name}.expert_gating_func`);
  return gating;
}

/** The groups that experts are chosen from, if the keys state more than one group. */
function groupsOf({ numbers }: Planner, { number }: LayerView, experts: number): ExpertsPlan['groups'] {
  const count = number('expert_group_count') ?? 0;
  if (count <= 1) return null;
  const used = within(numbers.name, 'expert_group_used_count', number('expert_group_used_count'), count);
  if (experts % count === 0) return { count, used };
  throw new TraceError('missing-number', `${experts} experts cannot be divided evenly into ${count} groups`);
}

/** The projections to and from the short vector, if the experts read one instead of the whole vector. */
function latentOf(planner: Planner, layer: number, { latent }: Experts): ExpertsPlan['latent'] {
  const name = (part: string) => planner.name(layer, `${latent}_${part}`);
  if (latent === undefined || !planner.tensors.has(`${name('down')}.weight`)) return null;
  const { embedding } = planner.numbers;
  const rows = planner.rowsOf(name('down'), embedding);
  return {
    down: planner.projection(name('down'), embedding, { rows }),
    norm: planner.normStored(name('norm')) ? planner.norm(name('norm'), rows) : null,
    up: planner.projection(name('up'), rows, { rows: embedding }),
  };
}

interface Stacks {
  count: number;
  /** Length of what an expert reads and outputs; below, its width. */
  input: number;
  width: number;
  activation: Activation;
  clamp: Clamp | null;
}

/** The stacked matrices of all experts, and a function that selects one expert's. */
function stacks(
  planner: Planner,
  name: (part: string) => string,
  { count, input, width, activation, clamp }: Stacks,
): ExpertsPlan['network'] {
  const { tensors } = planner;
  const joined = tensors.has(`${name('gate_up')}.weight`);
  const stack = (part: string, length: number, rows: number) => ({
    matrix: tensors.experts(`${name(part)}.weight`, length, rows, count),
    bias: tensors.has(`${name(part)}.bias`) ? tensors.matrix(`${name(part)}.bias`, rows, count) : null,
    rows,
  });
  const gateUp = joined ? stack('gate_up', input, 2 * width) : null;
  const gate = joined || !tensors.has(`${name('gate')}.weight`) ? null : stack('gate', input, width);
  const up = joined ? null : stack('up', input, width);
  const down = stack('down', width, input);
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

/** The small experts of expert groups, which every file of this architecture has. Throws TraceError. */
function adjugateOf(
  planner: Planner,
  { layer, view }: Pick<LayerPlan, 'layer' | 'view'>,
  { adjugate }: Experts,
  { count, used, activation }: { count: number; used: number; activation: Activation },
): ExpertsPlan['adjugate'] {
  const rule = ruled(adjugate, view);
  if (!rule) return null;
  const name = (part: string) => planner.name(layer, `ffn_${part}_chexps`);
  const perGroup = planner.length('experts_per_group', rule.perGroup, count);
  if (rule.scale === undefined) throw missing(`${planner.numbers.name}.expert_group_scale`);
  const groups = count / perGroup;
  if (!Number.isInteger(groups)) {
    throw new TraceError('missing-number', `${count} experts cannot be divided into groups of ${perGroup}`);
  }
  const down = `${name('down')}.weight`;
  const width = planner.tensors.dimensions(down)?.[0];
  if (width === undefined) throw new TraceError('missing-tensor', `the file has no tensor ${down}`);
  return {
    ...{ perGroup, used: Math.min(used, groups), scale: rule.scale },
    network: stacks(planner, name, {
      ...{ count: groups, input: planner.numbers.embedding, activation, clamp: null },
      width: planner.length('expert_chunk_feed_forward_length', width, MOST_WIDTH),
    }),
  };
}

/** The shared experts, which every token goes through, as one network; null if the file has none. */
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

/** The width of an expert: stated by the key, else the dense width divided by the number of experts used, unless the tensors show it. */
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
