/** The gated delta rule as nodes: with one decay for each head, or one for each row of its state (Kimi). */

import type { LayerView } from '../../architectures/layer-view.js';
import type { DeltaRule, KimiDelta } from '../../architectures/recurrence.js';
import { ruled } from '../../architectures/rules.js';
import {
  add,
  concatenate,
  contiguous,
  copyTo,
  multiply,
  operation,
  repeat,
  reshape,
  scale,
  transpose,
  unary,
  view,
} from './graph-nodes.js';
import { F32, type GraphTensor, rowSize } from './graph-tensor.js';
import { bareNorm, linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { ssmNumbers, stateOf, statesOfBatch, writeWindow, written } from './state-nodes.js';

/** The gated delta rule: a matrix for each head, whose rows are corrected by what each token adds. */
export function deltaRuleNodes(pass: Pass, { sharing }: DeltaRule, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences } = pass;
  const { kernel, inner, state: keyLength, rank: valueHeads, groups: keyHeads, each } = ssmNumbers(pass, at);
  const names = `${pass.block(at.layer)}.ssm`;
  const valueLength = inner / valueHeads;
  graph.expand(x);
  const heads: DeltaHeads = { keyHeads, valueHeads, keyLength, valueLength, each, sequences };
  const { mixed, gate } = deltaInputs(pass, at, x, heads);
  const { beta, decay } = deltaRates(pass, at, x, heads);

  const channels = inner + 2 * keyHeads * keyLength;
  const windows = stateOf(pass, (kernel - 1) * channels);
  const states = stateOf(pass, keyLength * inner);
  const before = reshape(statesOfBatch(pass, windows), kernel - 1, channels, sequences);
  const window = concatenate(before, transpose(mixed), 0);
  writeWindow(pass, window, windows, kernel - 1, channels, written(pass));
  const state = reshape(statesOfBatch(pass, states), valueLength, valueLength, valueHeads, sequences);
  const convolved = unary(
    operation('SSM_CONV', F32, [channels, each, sequences], window, needed(pass, `${names}_conv1d.weight`)),
  );
  const row = rowSize(F32, channels);
  const part = (length: number, count: number) =>
    view(convolved, [length, count, each, sequences], [rowSize(F32, length), row, row * each]);
  const keyed = (): GraphTensor => {
    const normed = scale(bareNorm('rms', part(keyLength, keyHeads)));
    // With round-robin sharing, the operation itself pairs the heads.
    if (keyHeads === valueHeads || sharing === 'turn') return normed;
    const times = valueHeads / keyHeads;
    const repeated = repeat(
      reshape(normed, keyLength, 1, keyHeads, pass.tokens),
      keyLength,
      times,
      keyHeads,
      pass.tokens,
    );
    return reshape(repeated, keyLength, valueHeads, each, sequences);
  };
  const [query, key] = [keyed(), keyed()];
  const result = deltaRule(pass, states, [query, key, part(valueLength, valueHeads), decay, beta, state], heads);
  const normed = norm(pass, 'rms', `${names}_norm`, result);
  const y = multiply(normed, unary(reshape(gate, valueLength, valueHeads, each, sequences)));
  const out = linear(pass, `${names}_out`, reshape(y, valueLength * valueHeads, each, sequences));
  return reshape(out, out.shape[0], pass.tokens);
}

interface DeltaHeads {
  keyHeads: number;
  valueHeads: number;
  keyLength: number;
  valueLength: number;
  each: number;
  sequences: number;
}

/** Queries, keys and values in one row for each token, and the factor of the result; from two matrices or one. */
function deltaInputs(
  pass: Pass,
  at: LayerView,
  x: GraphTensor,
  { keyHeads, valueHeads, keyLength, valueLength, each, sequences }: DeltaHeads,
): { mixed: GraphTensor; gate: GraphTensor } {
  const names = `${pass.block(at.layer)}`;
  if (pass.weight(`${names}.attn_qkv.weight`)) {
    const mixed = linear(pass, `${names}.attn_qkv`, x);
    return { mixed: reshape(mixed, mixed.shape[0], each, sequences), gate: linear(pass, `${names}.attn_gate`, x) };
  }
  const all = linear(pass, `${names}.ssm_in`, x);
  const times = valueHeads / keyHeads;
  const grouped = reshape(all, 2 * keyLength + 2 * valueLength * times, keyHeads, each, sequences);
  const [, b1, b2, b3] = grouped.strides;
  const part = (length: number) => view(grouped, [length, keyHeads, each, sequences], [b1, b2, b3]);
  const flat = (of: GraphTensor) => contiguous(of, of.shape[0] * keyHeads, each, sequences);
  const gate = contiguous(part(valueLength * times));
  const keys = concatenate(flat(part(keyLength)), flat(part(keyLength)), 0);
  return { mixed: concatenate(keys, flat(part(valueLength * times)), 0), gate };
}

/** For each head: how strongly it takes in a token, and how much it forgets. */
function deltaRates(
  pass: Pass,
  at: LayerView,
  x: GraphTensor,
  { keyHeads, valueHeads, each, sequences }: DeltaHeads,
): { beta: GraphTensor; decay: GraphTensor } {
  const names = `${pass.block(at.layer)}.ssm`;
  const perHead = (y: GraphTensor) => reshape(y, 1, valueHeads, each, sequences);
  const decaying = (y: GraphTensor) =>
    perHead(multiply(unary(add(y, needed(pass, `${names}_dt.bias`))), needed(pass, `${names}_a`)));
  if (pass.weight(`${names}_ba.weight`)) {
    const both = linear(pass, `${names}_ba`, x);
    const grouped = reshape(both, (2 * valueHeads) / keyHeads, keyHeads, each, sequences);
    const [, b1, b2, b3] = grouped.strides;
    const half = () => view(grouped, [valueHeads / keyHeads, keyHeads, each, sequences], [b1, b2, b3]);
    const beta = perHead(unary(contiguous(half())));
    return { beta, decay: decaying(contiguous(half(), valueHeads, each, sequences)) };
  }
  const beta = unary(perHead(linear(pass, `${names}_beta`, x)));
  return { beta, decay: decaying(reshape(linear(pass, `${names}_alpha`, x), valueHeads, each, sequences)) };
}

/**
 * The delta rule operation: it outputs what all tokens read, followed by the states, which are written back. `sources` are query, key,
 * value, decay, rate and state.
 */
function deltaRule(
  pass: Pass,
  states: GraphTensor,
  sources: readonly GraphTensor[],
  { valueHeads, valueLength, each, sequences }: DeltaHeads,
): GraphTensor {
  const kept = written(pass);
  const width = valueLength * valueHeads;
  const all = operation('GATED_DELTA_NET', F32, [width, each * sequences + kept * valueLength * sequences], ...sources);
  const size = rowSize(F32, valueLength);
  const result = view(
    all,
    [valueLength, valueHeads, each, sequences],
    [size, size * valueHeads, size * valueHeads * each],
  );
  const state = valueLength * width;
  const count = Math.min(each, kept);
  const ends = view(all, [state, sequences, count], [rowSize(F32, state), rowSize(F32, state) * sequences]);
  const places = view(states, [state, sequences, count], [states.strides[1], states.strides[1] * sequences]);
  pass.graph.expand(copyTo(ends, places));
  return result;
}

/** The delta rule with one decay for each row of a head's state. */
export function kimiDeltaNodes(pass: Pass, { bound }: KimiDelta, at: LayerView, x: GraphTensor): GraphTensor {
  const { sequences, tokens } = pass;
  const names = `${pass.block(at.layer)}`;
  const heads = at.numberAt('attention.head_count', 0) ?? 0;
  const length = at.number('kda.head_dim') ?? 0;
  const kernel = at.number('ssm.conv_kernel') ?? 0;
  const each = tokens / sequences;
  const windows = stateOf(pass, 3 * (kernel - 1) * length * heads);
  const states = stateOf(pass, length * length * heads);
  const before = statesOfBatch(pass, windows);
  const [q, k, v] = convolvedParts(pass, names, x, { before, windows, kernel, heads, length, each });

  const short = linear(pass, `${names}.ssm_f_a`, x);
  const rates = pass.weight(`${names}.ssm_f_b.weight`) ? linear(pass, `${names}.ssm_f_b`, short) : short;
  const limited = ruled(bound, at) != null;
  let decay: GraphTensor = add(rates, needed(pass, `${names}.ssm_dt.bias`));
  if (!limited) decay = unary(decay);
  decay = multiply(reshape(decay, length, heads, tokens), reshape(needed(pass, `${names}.ssm_a`), 1, heads, 1));
  if (limited) decay = scale(unary(decay));
  decay = reshape(decay, length, heads, each, sequences);
  const beta = unary(reshape(linear(pass, `${names}.ssm_beta`, x), 1, heads, each, sequences));
  const state = reshape(statesOfBatch(pass, states), length, length, heads, sequences);
  const keyed = (y: GraphTensor) => scale(bareNorm('rms', y));
  const all = { keyHeads: heads, valueHeads: heads, keyLength: length, valueLength: length, each, sequences };
  const result = contiguous(deltaRule(pass, states, [keyed(q), keyed(k), v, decay, beta, state], all));

  const wide = pass.weight(`${names}.ssm_g_b.weight`);
  const narrow = pass.weight(`${names}.ssm_g_a.weight`) ? `${names}.ssm_g_a` : `${names}.ssm_g`;
  const first = linear(pass, narrow, x);
  const gate = reshape(wide ? linear(pass, `${names}.ssm_g_b`, first) : first, length, heads, tokens);
  const normed = norm(pass, 'rms', `${names}.ssm_norm`, reshape(result, length, heads, tokens));
  return linear(pass, `${names}.attn_output`, contiguous(multiply(normed, unary(gate)), length * heads, tokens));
}

interface Convolution {
  before: GraphTensor;
  windows: GraphTensor;
  kernel: number;
  heads: number;
  length: number;
  each: number;
}

/** Queries, keys and values, each after its own short convolution. */
function convolvedParts(
  pass: Pass,
  names: string,
  x: GraphTensor,
  of: Convolution,
): [GraphTensor, GraphTensor, GraphTensor] {
  const { graph, sequences, tokens } = pass;
  const { before, windows, kernel, heads, length, each } = of;
  const channels = length * heads;
  const row = rowSize(F32, kernel - 1);
  const fused = pass.weight(`${names}.attn_qkv.weight`) ? linear(pass, `${names}.attn_qkv`, x) : undefined;
  const convolved = (part: 'q' | 'k' | 'v'): GraphTensor => {
    const input = fused
      ? contiguous(view(fused, [channels, tokens], [fused.strides[1]]))
      : linear(pass, `${names}.attn_${part}`, x);
    const old = view(before, [kernel - 1, channels, sequences], [row, row * channels * 3]);
    const window = concatenate(old, transpose(reshape(input, channels, each, sequences)), 0);
    for (let kept = 0; kept < Math.min(each, written(pass)); kept++) {
      const last = view(window, [kernel - 1, channels, sequences], [window.strides[1], window.strides[2]]);
      graph.expand(copyTo(last, view(windows, [kernel - 1, channels, sequences], [row, row * channels * 3])));
    }
    const weight = reshape(needed(pass, `${names}.ssm_conv1d_${part}.weight`), kernel, channels);
    const result = operation('SSM_CONV', F32, [channels, each, sequences], window, weight);
    return reshape(unary(reshape(result, channels, tokens)), length, heads, each, sequences);
  };
  return [convolved('q'), convolved('k'), convolved('v')];
}
