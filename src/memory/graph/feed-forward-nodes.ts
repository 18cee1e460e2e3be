/** Feed-forward networks and mixtures of experts as nodes. */

import type { Activation, Clamp, Experts, FeedForward, Gating } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import {
  add,
  clamp,
  contiguous,
  divide,
  fill,
  gatedUnit,
  getRows,
  largestOf,
  matrixProduct,
  multiply,
  repeat,
  reshape,
  scale,
  setRows,
  softmax,
  square,
  squareRoot,
  sumRows,
  unary,
  view,
} from './graph-nodes.js';
import type { GraphTensor } from './graph-tensor.js';
import { bareNorm, expertLinear, linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';

/** What blocks may read in addition to their normalized input. */
export interface Reads {
  layerInput: GraphTensor;
  residual: GraphTensor;
}

/** What the feed-forward block of a layer adds: its network, its experts, or both. */
export function feedForwardNodes(
  pass: Pass,
  block: FeedForward,
  at: LayerView,
  x: GraphTensor,
  reads: Reads,
): GraphTensor {
  const { experts } = block;
  const names = `${pass.block(at.layer)}.ffn`;
  const dense = () => network(pass, { block, at, suffix: '', limits: ruled(block.clamp, at) }, x);
  if (!experts || !pass.weight(`${names}_gate_inp.weight`)) return dense();
  let sum = expertsNodes(pass, { block, experts, at }, x, reads);
  if (pass.weight(`${names}_up_shexp.weight`)) {
    let shared = network(pass, { block, at, suffix: '_shexp', limits: ruled(experts.sharedClamp, at) }, x);
    if (pass.weight(`${names}_gate_inp_shexp.weight`)) {
      shared = multiply(shared, unary(linear(pass, `${names}_gate_inp_shexp`, x)));
    }
    sum = add(sum, shared);
    if (experts.sharedHalves) sum = scale(sum);
  }
  if (experts.besideDense !== undefined && pass.weight(`${names}_up.weight`)) {
    sum = add(dense(), sum);
    if (experts.besideDense !== 1) sum = scale(sum);
  }
  return sum;
}

interface Network {
  block: FeedForward;
  at: LayerView;
  /** The suffix of its tensor names: `_shexp` for the shared experts. */
  suffix: '' | '_shexp';
  limits: Clamp | null | undefined;
}

function network(pass: Pass, { block, at, suffix, limits }: Network, x: GraphTensor): GraphTensor {
  const names = `${pass.block(at.layer)}.ffn`;
  const through = (part: string, y: GraphTensor) => {
    const name = `${names}_${part}${suffix}`;
    return pass.weight(`${name}.weight`) ? linear(pass, name, y, { scaleLast: true, bias: !block.ignoresBiases }) : y;
  };
  const up = through('up', x);
  const gate = pass.weight(`${names}_gate${suffix}.weight`) ? through('gate', x) : undefined;
  let inner = activated(ruled(block.activation, at), gate, up, { gateInUp: ruled(block.gateInUp, at), clamp: limits });
  const divisors = block.divisor && pass.weight(`${pass.block(at.layer)}.${block.divisor}`);
  if (divisors) inner = divide(inner, divisors);
  if (block.innerNorm) inner = norm(pass, 'rms', `${pass.block(at.layer)}.${block.innerNorm}`, inner);
  return through('down', inner);
}

/** Applies the activation between the matrices. Like ggml, it uses one operation for function and product where possible. */
function activated(
  activation: Activation,
  gate: GraphTensor | undefined,
  up: GraphTensor,
  { gateInUp = false, clamp: limits = null }: { gateInUp?: boolean | undefined; clamp?: Clamp | null | undefined } = {},
): GraphTensor {
  if (gateInUp) return gatedUnit(up);
  if (typeof activation === 'object' && activation.kind === 'situ' && gate)
    return situ(gate, up, activation.linearBeta);
  if (!gate) return activation === 'relu-squared' ? square(unary(up)) : unary(up);
  if (limits?.gate === 'behind') return multiply(clamp(unary(gate)), clamp(up));
  return activation === 'relu-squared' ? multiply(square(unary(gate)), up) : gatedUnit(gate, up);
}

function situ(gate: GraphTensor, up: GraphTensor, linearBeta: number): GraphTensor {
  const bent = (y: GraphTensor) => scale(unary(scale(y)));
  const active = multiply(bent(gate), unary(gate));
  return multiply(active, linearBeta > 0 ? bent(up) : up);
}

interface ExpertsOfLayer {
  block: FeedForward;
  experts: Experts;
  at: LayerView;
}

/** The weighted sum of the chosen experts' outputs. */
function expertsNodes(pass: Pass, of: ExpertsOfLayer, x: GraphTensor, reads: Reads): GraphTensor {
  const { graph } = pass;
  const { experts, at } = of;
  const names = `${pass.block(at.layer)}.ffn`;
  const short = experts.latent && pass.weight(`${pass.block(at.layer)}.${experts.latent}_down.weight`);
  const read = short ? linear(pass, `${pass.block(at.layer)}.${experts.latent}_down`, x) : x;
  const [width, tokens] = read.shape;
  const used = at.number('expert_used_count') ?? 0;
  const { chosen, weights } = choice(pass, of, scores(pass, of, x, reads), used);

  let input = reshape(read, width, 1, tokens);
  if (experts.weightsBefore) input = multiply(repeat(input, width, used, tokens, 1), weights);
  const inner = expertInner(pass, of, input, chosen);
  let outputs = expertLinear(pass, `${names}_down_exps`, inner, chosen);
  if (!experts.weightsBefore) outputs = multiply(outputs, weights);
  graph.expand(outputs);

  const [outWidth] = outputs.shape;
  const [, , row] = outputs.strides;
  const parts = Array.from({ length: used }, () => graph.expand(view(outputs, [outWidth, tokens], [row])));
  const [first, ...others] = parts;
  let sum = first as GraphTensor;
  for (const part of others) sum = graph.expand(add(sum, part));
  if (used === 1) sum = contiguous(sum);
  if (!short) return sum;
  const latent = `${pass.block(at.layer)}.${experts.latent}`;
  if (pass.weight(`${latent}_norm.weight`)) sum = norm(pass, 'rms', `${latent}_norm`, sum);
  return linear(pass, `${latent}_up`, sum);
}

/** The router's scores for its input. */
function scores(pass: Pass, { experts, at }: ExpertsOfLayer, x: GraphTensor, reads: Reads): GraphTensor {
  const name = `${pass.block(at.layer)}.ffn_gate_inp`;
  const read = { 'layer-input': reads.layerInput, residual: reads.residual, 'attention-output': x }[
    experts.routerReads ?? 'attention-output'
  ];
  if (!experts.routerNormed) return linear(pass, name, read);
  const normed = multiply(scale(bareNorm('rms', read)), needed(pass, `${name}.scale`));
  return matrixProduct(needed(pass, `${name}.weight`), normed);
}

/** The chosen experts and their weights, from the router's scores. */
function choice(
  pass: Pass,
  { experts, at }: ExpertsOfLayer,
  logits: GraphTensor,
  used: number,
): { chosen: GraphTensor; weights: GraphTensor } {
  const [count, tokens] = logits.shape;
  const gating = ruled(experts.gating, at);
  const probabilities = PROBABILITIES[gating ?? 'softmax'](logits);
  const block = pass.block(at.layer);
  const bias = pass.weight(`${block}.exp_probs_b.bias`) ?? pass.weight(`${block}.exp_probs_b`);
  // If the weights are applied before the experts (Llama 4), the raw scores choose the experts.
  let ranked = bias ? add(probabilities, bias) : experts.weightsBefore ? logits : probabilities;
  const groups = at.number('expert_group_count') ?? 0;
  if (groups > 1) ranked = ofBestGroups(ranked, count, groups, at.number('expert_group_used_count') ?? 0);
  const chosen = largestOf(ranked, used);

  let weights = getRows(reshape(probabilities, 1, count, tokens), chosen);
  if (gating === 'softmax-of-chosen') weights = reshape(softmax(reshape(weights, used, tokens)), 1, used, tokens);
  if (ruled(experts.normalized, at)) {
    const flat = reshape(weights, used, tokens);
    weights = reshape(divide(flat, clamp(sumRows(flat))), 1, used, tokens);
  }
  const factor = ruled(experts.scale, at) ?? 1;
  if (factor !== 0 && factor !== 1) weights = scale(weights);
  return { chosen, weights: pass.graph.expand(weights) };
}

const PROBABILITIES: Readonly<Record<Gating, (logits: GraphTensor) => GraphTensor>> = {
  softmax: (logits) => softmax(logits),
  sigmoid: unary,
  'sqrt-softplus': (logits) => squareRoot(unary(logits)),
  'softmax-of-chosen': (logits) => logits,
};

function expertInner(pass: Pass, { block, experts, at }: ExpertsOfLayer, input: GraphTensor, chosen: GraphTensor) {
  const names = `${pass.block(at.layer)}.ffn`;
  const activation = ruled(experts.activation ?? block.activation, at);
  const limits = { clamp: ruled(experts.clamp, at) };
  if (pass.weight(`${names}_gate_up_exps.weight`)) {
    const both = expertLinear(pass, `${names}_gate_up_exps`, input, chosen);
    const [, b1, b2] = both.strides;
    const half = () => view(both, [both.shape[0] / 2, both.shape[1], both.shape[2]], [b1, b2]);
    return activated(activation, half(), half(), limits);
  }
  const up = expertLinear(pass, `${names}_up_exps`, input, chosen);
  const gate = pass.weight(`${names}_gate_exps.weight`)
    ? expertLinear(pass, `${names}_gate_exps`, input, chosen)
    : undefined;
  return activated(activation, gate, up, limits);
}

/** The experts' scores, with those outside the best groups set to −∞. A group ranks by its two best experts. */
function ofBestGroups(ranked: GraphTensor, experts: number, count: number, used: number): GraphTensor {
  const [, tokens] = ranked.shape;
  const each = experts / count;
  const grouped = reshape(ranked, each, count, tokens);
  const best = getRows(reshape(grouped, 1, each, count, tokens), largestOf(grouped, 2));
  const sums = sumRows(reshape(best, best.shape[1], best.shape[2], best.shape[3]));
  const groups = largestOf(reshape(sums, count, tokens), used);
  const kept = getRows(grouped, groups);
  return reshape(setRows(fill(grouped), kept, groups), experts, tokens);
}
