/** Feed-forward networks and mixtures of experts as nodes. */

import type { Activation, Clamp, Experts, FeedForward } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import {
  add,
  clamp,
  contiguous,
  divide,
  fill,
  type GraphTensor,
  gatedUnit,
  getRows,
  largestOf,
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
import { expertLinear, linear, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';

/** What the feed-forward block of a layer adds: its network, its experts, or both. */
export function feedForwardNodes(pass: Pass, block: FeedForward, at: LayerView, x: GraphTensor): GraphTensor {
  const { experts } = block;
  const names = `${pass.block(at.layer)}.ffn`;
  if (!experts || !pass.weight(`${names}_gate_inp.weight`)) return network(pass, block, at, names, '', x);
  let sum = expertsNodes(pass, experts, ruled(experts.activation ?? block.activation, at), at, x);
  if (pass.weight(`${names}_up_shexp.weight`)) {
    let shared = network(pass, block, at, names, '_shexp', x);
    if (pass.weight(`${names}_gate_inp_shexp.weight`))
      shared = multiply(shared, unary(linear(pass, `${names}_gate_inp_shexp`, x)));
    sum = add(sum, shared);
  }
  if (experts.besideDense && pass.weight(`${names}_up.weight`))
    sum = scale(add(network(pass, block, at, names, '', x), sum));
  return sum;
}

function network(
  pass: Pass,
  block: FeedForward,
  at: LayerView,
  names: string,
  suffix: string,
  x: GraphTensor,
): GraphTensor {
  const activation = ruled(block.activation, at);
  const through = (part: string, y: GraphTensor) =>
    pass.weight(`${names}_${part}${suffix}.weight`) ? linear(pass, `${names}_${part}${suffix}`, y, 'bias-first') : y;
  const up = through('up', x);
  const gated = pass.weight(`${names}_gate${suffix}.weight`) !== undefined;
  const gate = gated ? linear(pass, `${names}_gate${suffix}`, x, 'bias-first') : undefined;
  let inner = activated(activation, gate, up, { gateInUp: block.gateInUp, clamp: ruled(block.clamp, at) });
  const divisors = block.divisor && pass.weight(`${pass.block(at.layer)}.${block.divisor}`);
  if (divisors) inner = divide(inner, divisors);
  if (block.innerNorm) inner = norm(pass, 'rms', `${pass.block(at.layer)}.${block.innerNorm}`, inner);
  return through('down', inner);
}

/** What stands between the matrices. ggml computes function and product in one operation where it can. */
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

/** The weighted sum of what the chosen experts give. */
function expertsNodes(
  pass: Pass,
  experts: Experts,
  activation: Activation,
  at: LayerView,
  x: GraphTensor,
): GraphTensor {
  const { graph } = pass;
  const names = `${pass.block(at.layer)}.ffn`;
  const [width, tokens] = x.shape;
  const used = at.number('expert_used_count') ?? 0;
  const logits = linear(pass, `${names}_gate_inp`, x);
  const count = logits.shape[0];
  const gating = ruled(experts.gating, at);
  const probabilities =
    gating === 'softmax'
      ? softmax(logits)
      : gating === 'sigmoid'
        ? unary(logits)
        : gating === 'sqrt-softplus'
          ? squareRoot(unary(logits))
          : logits;
  const bias =
    pass.weight(`${pass.block(at.layer)}.exp_probs_b.bias`) ?? pass.weight(`${pass.block(at.layer)}.exp_probs_b`);
  // Where weights come before the experts (Llama 4), they are chosen by their scores as they are.
  let choice = bias ? add(probabilities, bias) : experts.weightsBefore ? logits : probabilities;
  const groups = ruled(experts.groups, at);
  if (groups && groups.count > 1) choice = ofBestGroups(choice, count, groups, tokens);
  const chosen = largestOf(choice, used);

  let weights = getRows(reshape(probabilities, 1, count, tokens), chosen);
  if (gating === 'softmax-of-chosen') weights = reshape(softmax(reshape(weights, used, tokens)), 1, used, tokens);
  if (ruled(experts.normalized, at)) {
    const flat = reshape(weights, used, tokens);
    weights = reshape(divide(flat, clamp(sumRows(flat))), 1, used, tokens);
  }
  const factor = ruled(experts.scale, at) ?? 1;
  if (factor !== 0 && factor !== 1) weights = scale(weights);
  graph.expand(weights);

  let input = reshape(x, width, 1, tokens);
  if (experts.weightsBefore) input = multiply(repeat(input, width, used, tokens, 1), weights);
  const inner = expertInner(pass, experts, activation, at, input, chosen);
  let outputs = expertLinear(pass, `${names}_down_exps`, inner, chosen);
  if (!experts.weightsBefore) outputs = multiply(outputs, weights);
  graph.expand(outputs);

  const [outWidth] = outputs.shape;
  const [, , row] = outputs.strides;
  const parts = Array.from({ length: used }, () => graph.expand(view(outputs, [outWidth, tokens], [row])));
  const [first, ...others] = parts;
  let sum = first as GraphTensor;
  for (const part of others) sum = graph.expand(add(sum, part));
  return used === 1 ? contiguous(sum) : sum;
}

function expertInner(
  pass: Pass,
  experts: Experts,
  activation: Activation,
  at: LayerView,
  input: GraphTensor,
  chosen: GraphTensor,
): GraphTensor {
  const names = `${pass.block(at.layer)}.ffn`;
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

/** The scores of the experts with all but the best groups set to −∞. A group is as good as its two best experts. */
function ofBestGroups(
  choice: GraphTensor,
  experts: number,
  { count, used }: { count: number; used: number },
  tokens: number,
): GraphTensor {
  const each = experts / count;
  const grouped = reshape(choice, each, count, tokens);
  const best = getRows(reshape(grouped, 1, each, count, tokens), largestOf(grouped, 2));
  const sums = sumRows(reshape(best, best.shape[1], best.shape[2], best.shape[3]));
  const groups = largestOf(reshape(sums, count, tokens), used);
  const kept = getRows(grouped, groups);
  return reshape(setRows(fill(grouped), kept, groups), experts, tokens);
}
