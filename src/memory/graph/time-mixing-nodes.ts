/** RWKV as nodes: time mixing (attention without softmax over a state) and channel mixing (the network). Both read the previous token. */

import type { LayerView } from '../../architectures/layer-view.js';
import type { TimeMixing } from '../../architectures/recurrence.js';
import {
  add,
  concatenate,
  contiguous,
  copyTo,
  matrixProduct,
  multiply,
  operation,
  permute,
  repeat,
  reshape,
  scale,
  square,
  subtract,
  sumRows,
  unary,
  view,
} from './graph-nodes.js';
import { F32, type GraphTensor, UnfitTensors } from './graph-tensor.js';
import { bareNorm, linear, needed } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { stateOf, statesOfBatch } from './state-nodes.js';

/** `x` has three axes: numbers, tokens of a sequence, sequences. */
export function timeMixingNodes(pass: Pass, { kind }: TimeMixing, at: LayerView, x: GraphTensor): GraphTensor {
  const { embedding, sequences, carried, graph } = pass;
  const block = pass.block(at.layer);
  const count = at.stored('channel_mix_key.weight') ? 2 : 1;
  const place = stateOf(pass, count * embedding);
  const rows = reshape(statesOfBatch(pass, place), embedding, count, sequences);
  carried.shift = { rows, place, read: x };
  const shifted = count === 1 ? rows : view(rows, [embedding, 1, sequences], [rows.strides[1], rows.strides[2]]);
  const before = behind(shifted, x);
  const result = kind === 'rwkv-6' ? version6(pass, block, at, x, before) : version7(pass, block, at, x, before);
  if (count === 1) graph.expand(stored(pass, lastOf(x), place));
  return result;
}

/** The network, which also reads the previous token; `asked` drops the tokens that are not requested. */
export function channelMixingNodes(
  pass: Pass,
  at: LayerView,
  x: GraphTensor,
  asked: (x: GraphTensor) => GraphTensor,
): GraphTensor {
  const { graph, carried, embedding, sequences, tokens } = pass;
  const names = `${pass.block(at.layer)}.channel_mix`;
  if (carried.shift === undefined) throw new UnfitTensors('no layer keeps the vector of the token before');
  const { rows, place, read } = carried.shift;
  const before = behind(view(rows, [embedding, 1, sequences], [rows.strides[1], rows.strides[2]]), x);
  graph.expand(stored(pass, concatenate(lastOf(read), lastOf(x), 1), place));
  const own = asked(reshape(x, embedding, tokens));
  const change = subtract(asked(reshape(before, embedding, tokens)), own);
  const mixed = (part: string) => add(multiply(change, needed(pass, `${names}_lerp_${part}.weight`)), own);
  const forKeys = mixed('k');
  const receptance =
    pass.weight(`${names}_receptance.weight`) && unary(linear(pass, `${names}_receptance`, mixed('r')));
  const result = linear(pass, `${names}_value`, square(unary(linear(pass, `${names}_key`, forKeys))));
  return receptance ? multiply(receptance, result) : result;
}

/** The previous token of each token: the last token of each sequence before the batch, followed by the batch without its last tokens. */
function behind(shifted: GraphTensor, x: GraphTensor): GraphTensor {
  const [width, each, sequences] = x.shape;
  return concatenate(shifted, view(x, [width, each - 1, sequences], [x.strides[1], x.strides[2]]), 1);
}

function lastOf(x: GraphTensor): GraphTensor {
  return view(x, [x.shape[0], 1, x.shape[2]], [x.strides[1], x.strides[2]]);
}

function stored({ sequences }: Pass, last: GraphTensor, place: GraphTensor): GraphTensor {
  const width = place.shape[0] * sequences;
  return copyTo(view(last, [width]), view(place, [width]));
}

function version6(pass: Pass, block: string, at: LayerView, x: GraphTensor, before: GraphTensor): GraphTensor {
  const { tokens, embedding, sequences } = pass;
  const names = `${block}.time_mix`;
  const length = at.number('wkv.head_size') ?? 0;
  const heads = embedding / length;
  const headsKv = at.number('attention.head_count_kv') ?? 0;
  const gatedLinear = !pass.weight(`${names}_first.weight`);
  const change = reshape(subtract(before, x), embedding, tokens);
  const own = reshape(x, embedding, tokens);
  const [xw, xk, xv, xr, xg] = mixtures6(pass, names, change, own);

  let receptance = linear(pass, `${names}_receptance`, xr);
  let key = linear(pass, `${names}_key`, xk);
  let value = linear(pass, `${names}_value`, xv);
  const gate = unary(linear(pass, `${names}_gate`, xg));
  if (headsKv !== 0 && headsKv !== heads) {
    const shared = (y: GraphTensor) =>
      repeat(reshape(y, length, 1, headsKv, tokens), length, heads / headsKv, headsKv, tokens);
    [key, value] = [shared(key), shared(value)];
  }
  const byHead = (y: GraphTensor) => reshape(y, length, heads, tokens);
  [key, value, receptance] = [byHead(key), byHead(value), byHead(receptance)];
  let decay: GraphTensor = matrixProduct(
    needed(pass, `${names}_decay_w2.weight`),
    unary(matrixProduct(needed(pass, `${names}_decay_w1.weight`), xw)),
  );
  decay = byHead(unary(unary(unary(add(decay, needed(pass, `${names}_decay.weight`))))));
  if (gatedLinear) key = subtract(key, multiply(key, decay));
  const states = stateOf(pass, embedding * length);
  const state = statesOfBatch(pass, states);
  const shape = [embedding, tokens + length * sequences];
  const all = gatedLinear
    ? operation('GATED_LINEAR_ATTN', F32, shape, key, value, receptance, decay, state)
    : operation('RWKV_WKV6', F32, shape, key, value, receptance, needed(pass, `${names}_first.weight`), decay, state);
  const result = read(pass, all, states);
  const normed = gatedLinear ? reshape(result, embedding, tokens) : headsNormed(pass, names, result, heads);
  return output(pass, names, multiply(normed, gate));
}

type Five = [GraphTensor, GraphTensor, GraphTensor, GraphTensor, GraphTensor];

/** The inputs of decay, keys, values, receptance and gate: each token plus a part of its change. */
function mixtures6(pass: Pass, names: string, change: GraphTensor, own: GraphTensor): Five {
  const { tokens, embedding } = pass;
  const [first, second] = [needed(pass, `${names}_w1.weight`), needed(pass, `${names}_w2.weight`)];
  const mixed = add(multiply(change, needed(pass, `${names}_lerp_x.weight`)), own);
  const short = reshape(unary(matrixProduct(first, mixed)), first.shape[1] / 5, 1, 5, tokens);
  const grouped = contiguous(permute(short, 0, 1, 3, 2));
  const shares = matrixProduct(reshape(second, second.shape[0], second.shape[1], 1, 5), grouped);
  const part = (y: GraphTensor) => view(y, [embedding, tokens], [y.strides[1]]);
  const fused = pass.weight(`${names}_lerp_fused.weight`);
  if (fused) {
    const single = (y: GraphTensor) => reshape(y, embedding, 1, tokens);
    const all = add(multiply(add(shares, fused), single(change)), single(own));
    return [part(all), part(all), part(all), part(all), part(all)];
  }
  const of = (letter: string) => {
    const share = add(part(shares), needed(pass, `${names}_lerp_${letter}.weight`));
    return add(multiply(share, change), own);
  };
  return [of('w'), of('k'), of('v'), of('r'), of('g')];
}

function version7(pass: Pass, block: string, at: LayerView, x: GraphTensor, before: GraphTensor): GraphTensor {
  const { tokens, embedding, sequences, carried } = pass;
  const names = `${block}.time_mix`;
  const length = at.number('wkv.head_size') ?? 0;
  const heads = embedding / length;
  const weight = (part: string) => needed(pass, `${names}_${part}.weight`);
  const product = (part: string, y: GraphTensor) => matrixProduct(weight(part), y);
  const hasGate = pass.weight(`${names}_g1.weight`) !== undefined;
  const parts = hasGate ? 6 : 5;
  const change = repeat(subtract(before, x), embedding, tokens / sequences, sequences, parts);
  const all = add(multiply(change, weight('lerp_fused')), x);
  const [xr, xw, xk, xv, xa, xg] = Array.from({ length: 6 }, () =>
    view(all, [embedding, tokens], [all.strides[1]]),
  ) as [GraphTensor, GraphTensor, GraphTensor, GraphTensor, GraphTensor, GraphTensor];

  const receptance = linear(pass, `${names}_receptance`, xr);
  const decay = unary(scale(unary(add(product('w2', unary(product('w1', xw))), weight('w0')))));
  let key = linear(pass, `${names}_key`, xk);
  let value = linear(pass, `${names}_value`, xv);
  if (carried.firstValue === undefined) carried.firstValue = value;
  else {
    const share = unary(add(product('v2', product('v1', xv)), weight('v0')));
    value = add(value, multiply(subtract(carried.firstValue, value), share));
  }
  const gate = hasGate ? product('g2', unary(product('g1', xg))) : undefined;
  const rate = unary(add(product('a2', product('a1', xa)), weight('a0')));
  const removed = bareNorm('l2', reshape(multiply(key, weight('k_k')), length, heads, tokens));
  const scaled = multiply(key, weight('k_a'));
  key = add(key, subtract(multiply(rate, scaled), scaled));
  const byHead = (y: GraphTensor) => reshape(y, length, heads, tokens);
  const [r, w, k, v, a] = [byHead(receptance), byHead(decay), byHead(key), byHead(value), byHead(rate)];
  const states = stateOf(pass, embedding * length);
  const state = statesOfBatch(pass, states);
  const shape = [embedding, tokens + length * sequences];
  const mixed = operation('RWKV_WKV7', F32, shape, r, w, k, v, unary(removed), multiply(removed, a), state);
  let result = read(pass, mixed, states);
  result = pass.weight(`${names}_ln.weight`)
    ? headsNormed(pass, names, result, heads)
    : reshape(result, embedding, tokens);
  const bonus = sumRows(multiply(multiply(k, r), reshape(weight('r_k'), length, heads)));
  result = add(result, reshape(multiply(v, bonus), embedding, tokens));
  return output(pass, names, gate ? multiply(result, gate) : result);
}

/** What all tokens read; the states that follow it are written back. */
function read({ graph, embedding, tokens, sequences }: Pass, all: GraphTensor, states: GraphTensor): GraphTensor {
  const result = view(all, [embedding * tokens]);
  const width = states.shape[0] * sequences;
  graph.expand(copyTo(view(all, [width]), view(states, [width])));
  return result;
}

function headsNormed(pass: Pass, names: string, x: GraphTensor, heads: number): GraphTensor {
  const { embedding, tokens } = pass;
  const normed = reshape(bareNorm('layer', reshape(x, embedding / heads, heads, tokens)), embedding, tokens);
  return add(multiply(normed, needed(pass, `${names}_ln.weight`)), needed(pass, `${names}_ln.bias`));
}

function output(pass: Pass, names: string, x: GraphTensor): GraphTensor {
  const result = linear(pass, `${names}_output`, x);
  return reshape(result, pass.embedding, pass.tokens / pass.sequences, pass.sequences);
}
