/** Softmax attention as nodes: projections, norms of heads, rotation, gates and the output. */

import type { Attention, Rotation } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import type { CacheLayer } from '../cache-layers.js';
import {
  add,
  clamp,
  concatenate,
  contiguous,
  matrixProduct,
  multiply,
  reshape,
  scale,
  unary,
  view,
} from './graph-nodes.js';
import { elementCount, F32, type GraphTensor, isContiguous, rowSize, UnfitTensors } from './graph-tensor.js';
import { bareNorm, linear, needed, norm, rotated } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { keysAndValues, weighted } from './weighted-values.js';

/** What attention adds to the residual stream. `x` is its input: one column for each token. */
export function attentionNodes(pass: Pass, block: Attention, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, inputs } = pass;
  const names = `${pass.block(at.layer)}.${block.names ?? 'attn'}`;
  const layer = pass.layer(at.layer);
  const together = normsAllHeads(pass, block, at);
  const owner = ruled(block.keysOf, at) ?? null;
  let { query, key, value } = projections(pass, block, at, x);
  const gate = block.gate?.from === 'query' ? secondHalf(pass, query, layer) : null;
  if (gate) query = firstHalf(pass, query, layer);

  const rotation = ruled(block.rotation, at);
  query = prepared(pass, block, rotation, at, query, `${names}_q_norm`);
  if (key) key = prepared(pass, block, rotation, at, key, `${names}_k_norm`);
  if (value && together) value = reshape(value, layer.valueLength, layer.headsKv, pass.tokens);
  if (value && block.valueNorm) value = bareNorm(block.valueNorm, value);
  if (block.temperature?.(at)) query = multiply(query, inputs.temperature());
  if (value && ruled(block.valueScale, at) !== undefined) value = scale(value);

  const keySpread = pass.cached ? inputs.keySpread(layer.slides) : undefined;
  const valueSpread = pass.cached ? inputs.valueSpread(layer.slides) : undefined;
  if (keySpread) {
    query = spread(query, keySpread);
    if (key) key = spread(key, keySpread);
  }
  if (value && valueSpread) value = spread(value, valueSpread);

  // With one cache, the values are written first; with two caches or none, the keys.
  graph.expand(query);
  for (const each of pass.cached && pass.plan.window === null ? [value, key] : [key, value]) graph.expand(each);
  const kept = pass.cached
    ? keysAndValues(pass, owner === null ? layer : pass.layer(owner), key, value)
    : { key, value };
  if (!kept.key || !kept.value) throw new UnfitTensors('attention without keys');
  let heads = weighted(pass, block, at, layer.slides, { query, key: kept.key, value: kept.value });
  graph.expand(heads);
  if (valueSpread) heads = spread(heads, valueSpread);

  if (gate) heads = multiply(heads, unary(gate()));
  if (block.gate?.from === 'matrix') heads = gated(pass, at, block.gate.tensor, heads, x);
  if (block.innerNorm) heads = norm(pass, 'rms', `${pass.block(at.layer)}.${block.innerNorm}`, heads);
  if (!pass.weight(`${names}_output.weight`)) return heads;
  return linear(pass, `${names}_output`, heads, { bias: !block.ignoresOutputBias });
}

interface Projected {
  query: GraphTensor;
  key: GraphTensor | undefined;
  value: GraphTensor | undefined;
}

/** Queries, keys and values, split into heads; from one matrix or three. */
function projections(pass: Pass, block: Attention, at: LayerView, x: GraphTensor): Projected {
  const names = `${pass.block(at.layer)}.${block.names ?? 'attn'}`;
  const { tokens } = pass;
  const { headsKv, keyLength, valueLength } = pass.layer(at.layer);
  const heads = at.number('attention.head_count') ?? 0;
  const clamped = (ruled(block.clamp, at) ?? 0) > 0;
  const limited = (y: GraphTensor) => (clamped ? clamp(y) : y);
  const together = normsAllHeads(pass, block, at);
  const split = (y: GraphTensor, count: number, length: number) => (together ? y : reshape(y, length, count, tokens));

  const fused = pass.weight(`${names}_qkv.weight`);
  if (fused) {
    let all = linear(pass, `${names}_qkv`, x);
    const separate = ['q', 'k', 'v'].map((part) => pass.weight(`${names}_${part}.bias`));
    const [queryBias, keyBias, valueBias] = separate;
    if (!pass.weight(`${names}_qkv.bias`) && queryBias && keyBias && valueBias) {
      all = add(all, concatenate(concatenate(queryBias, keyBias, 0), valueBias, 0));
    }
    all = limited(all);
    const [, row] = all.strides;
    const part = (count: number, length: number) =>
      together
        ? contiguous(view(all, [count * length, tokens], [row]))
        : view(all, [length, count, tokens], [rowSize(F32, length), row]);
    return { query: part(heads, keyLength), key: part(headsKv, keyLength), value: part(headsKv, valueLength) };
  }
  const query = split(limited(linear(pass, `${names}_q`, x)), heads, queryLength(pass, block, names, heads, keyLength));
  if (ruled(block.keysOf, at) != null) return { query, key: undefined, value: undefined };
  const keys = limited(linear(pass, `${names}_k`, x));
  const values =
    block.valuesFromKeys && !pass.weight(`${names}_v.weight`) ? keys : limited(linear(pass, `${names}_v`, x));
  return { query, key: split(keys, headsKv, keyLength), value: split(values, headsKv, valueLength) };
}

/** If the query matrix includes a gate, each head's query is twice as long. */
function queryLength(pass: Pass, block: Attention, names: string, heads: number, keyLength: number): number {
  return block.gate?.from === 'query' ? needed(pass, `${names}_q.weight`).shape[1] / heads : keyLength;
}

/** Whether one query norm spans all heads together. */
function normsAllHeads(pass: Pass, block: Attention, at: LayerView): boolean {
  const weight =
    ruled(block.headNorm, at) && pass.weight(`${pass.block(at.layer)}.${block.names ?? 'attn'}_q_norm.weight`);
  return weight != null && weight.shape[1] === 1 && weight.shape[0] > pass.layer(at.layer).keyLength;
}

function firstHalf({ tokens }: Pass, both: GraphTensor, { keyLength }: CacheLayer): GraphTensor {
  return view(both, [keyLength, both.shape[1], tokens], [both.strides[1], both.strides[2]]);
}

function secondHalf(pass: Pass, both: GraphTensor, layer: CacheLayer): () => GraphTensor {
  return () => contiguous(firstHalf(pass, both, layer), layer.keyLength * both.shape[1], pass.tokens);
}

/**
 * The heads' output times σ of a gate, a product with `x` that has one number for each number of the heads or one for each head. `late`:
 * the gate is reshaped into heads before σ, and the product is copied.
 */
export function gated(
  pass: Pass,
  at: LayerView,
  tensor: string,
  heads: GraphTensor,
  x: GraphTensor,
  late = false,
): GraphTensor {
  const gate = linear(pass, `${pass.block(at.layer)}.${tensor}`, x);
  if (gate.shape[0] === heads.shape[0]) return multiply(heads, unary(gate));
  const [width, tokens] = heads.shape;
  const count = gate.shape[0];
  const perHead = reshape(heads, width / count, count, tokens);
  if (late) return contiguous(multiply(perHead, unary(reshape(gate, 1, count, tokens))), width, tokens);
  return reshape(multiply(perHead, reshape(unary(gate), 1, count, tokens)), width, tokens);
}

/** A query or key, normalized and rotated. */
function prepared(
  pass: Pass,
  block: Attention,
  rotation: Rotation | null | undefined,
  at: LayerView,
  x: GraphTensor,
  normName: string,
): GraphTensor {
  const headNorm = ruled(block.headNorm, at);
  const { keyLength } = pass.layer(at.layer);
  const bare = headNorm?.bare === 'both' || (headNorm?.bare === 'keys' && normName.endsWith('_k_norm'));
  const normed = (y: GraphTensor) => {
    if (!headNorm) return y;
    if (bare) return bareNorm(headNorm.kind, y);
    return pass.weight(`${normName}.weight`) ? norm(pass, headNorm.kind, normName, y) : y;
  };
  let y = x;
  if (headNorm?.place === 'before-rotation') y = normed(y);
  if (normsAllHeads(pass, block, at)) y = reshape(y, keyLength, y.shape[0] / keyLength, pass.tokens);
  if (rotation) y = rotated(pass, rotation, at, y);
  if (headNorm?.place === 'behind-rotation') y = normed(y);
  return y;
}

/** Multiplies `x` with a Hadamard matrix piece by piece; the pieces have the matrix's side length. */
function spread(x: GraphTensor, matrix: GraphTensor): GraphTensor {
  const [side] = matrix.shape;
  const pieces = elementCount(x) / side;
  const cut = isContiguous(x) ? reshape(x, side, pieces) : contiguous(x, side, pieces);
  return reshape(matrixProduct(matrix, cut), ...x.shape);
}
