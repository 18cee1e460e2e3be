/** The core of attention as nodes: writing to and reading from the caches, and weighting the values by the softmax of the scores. */

import type { Attention } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import type { CacheLayer } from '../cache-layers.js';
import {
  add,
  cast,
  contiguous,
  flashAttention,
  matrixProduct,
  pad,
  permute,
  reshape,
  scale,
  setRows,
  softmax,
  transpose,
  unary,
  view,
} from './graph-nodes.js';
import { elementCount, F16, F32, type GraphTensor, keptTensor, rowSize } from './graph-tensor.js';
import { cellsOf, type Pass } from './pass.js';

/** Writes the batch's keys and values to a layer's caches, and returns views of the whole caches. */
export function keysAndValues(
  pass: Pass,
  layer: CacheLayer,
  key: GraphTensor | undefined,
  value: GraphTensor | undefined,
): { key: GraphTensor; value: GraphTensor } {
  const { graph, inputs, streams, tokens, settings, plan } = pass;
  const { headsKv, keyLength, valueLength, slides } = layer;
  const cells = cellsOf(pass, slides);
  const keyWidth = headsKv * keyLength;
  const ownWidth = headsKv * valueLength;
  const widest = Math.max(0, ...plan.layers.map((each) => each.headsKv * each.valueLength));
  const valueWidth = settings.flashAttention ? ownWidth : widest;
  const keys = keptTensor(settings.keyType, [keyWidth, cells, streams], layer.index);
  const values = keptTensor(settings.valueType, [valueWidth, cells, streams], layer.index);
  const rows = (cache: GraphTensor) => (streams > 1 ? reshape(cache, cache.shape[0], cells * streams) : cache);
  if (key) graph.expand(setRows(rows(keys), view(key, [keyWidth, tokens], [key.strides[2]]), inputs.keyCells(slides)));
  if (value && settings.flashAttention) {
    graph.expand(setRows(rows(values), view(value, [ownWidth, tokens], [value.strides[2]]), inputs.valueCells(slides)));
  } else if (value) {
    // Values are stored transposed: each number of a head is its own row.
    const whole = rowSize(value.type, ownWidth) === value.strides[2];
    let flat = whole ? reshape(value, ownWidth, tokens) : contiguous(value, ownWidth, tokens);
    if (ownWidth < valueWidth) flat = pad(flat, valueWidth - ownWidth);
    const single = reshape(values, 1, elementCount(values));
    graph.expand(setRows(single, reshape(flat, 1, elementCount(flat)), inputs.valueCells(slides)));
  }
  const { keyType, valueType, flashAttention: flash } = settings;
  const keyRow = rowSize(keyType, keyWidth);
  const valueRow = rowSize(valueType, flash ? valueWidth : cells);
  return {
    key: view(keys, [keyLength, headsKv, cells, streams], [rowSize(keyType, keyLength), keyRow, keyRow * cells]),
    value: flash
      ? view(
          values,
          [valueLength, headsKv, cells, streams],
          [rowSize(valueType, valueLength), valueRow, valueRow * cells],
        )
      : view(values, [cells, headsKv, valueLength, streams], [valueRow * valueLength, valueRow, valueRow * valueWidth]),
  };
}

interface HeadsOf {
  query: GraphTensor;
  key: GraphTensor;
  value: GraphTensor;
  /** Added to the scores of each head, in addition to the mask. */
  bias?: GraphTensor;
  mask?: GraphTensor;
  /** Matrices that convert a latent head's output to values. */
  unpack?: GraphTensor;
}

/** The heads' output: values weighted by the softmax of scores, concatenated for each token. */
export function weighted(
  pass: Pass,
  block: Pick<Attention, 'cap'>,
  at: LayerView,
  slides: boolean,
  of: HeadsOf,
): GraphTensor {
  const { flashAttention: flash } = pass.settings;
  const mask = of.mask ?? pass.inputs.mask(slides);
  const sinks = pass.weight(`${pass.block(at.layer)}.attn_sinks.weight`);
  const transposed = of.value.strides[1] > of.value.strides[2];
  const streams = of.key.shape[3];
  const [length, heads, tokens] = of.query.shape;
  const [, b1, b2, b3] = of.query.strides;
  const query = permute(view(of.query, [length, heads, tokens / streams, streams], [b1, b2, b3 / streams]), 0, 2, 1, 3);
  let key = permute(of.key, 0, 2, 1, 3);
  let value = permute(of.value, 0, 2, 1, 3);
  if (flash && !of.bias) {
    if (transposed) value = transpose(value);
    if (key.type === F32) key = cast(key, F16);
    if (value.type === F32) value = cast(value, F16);
    let heads = flashAttention(query, key, value, mask, sinks);
    if (of.unpack) {
      heads = matrixProduct(of.unpack, permute(heads, 0, 2, 1, 3));
      heads = contiguous(permute(heads, 0, 2, 1, 3));
    }
    const [a, b, c, d] = heads.shape;
    return reshape(heads, a * b, c * d);
  }
  let scores = matrixProduct(key, query);
  if ((ruled(block.cap, at) ?? 0) > 0) scores = scale(unary(scale(scores)));
  if (of.bias) scores = add(scores, of.bias);
  scores = softmax(scores, mask, sinks);
  if (!transposed) value = contiguous(transpose(value));
  let result = matrixProduct(value, scores);
  if (of.unpack) result = matrixProduct(of.unpack, result);
  const turned = permute(result, 0, 2, 1, 3);
  const [a, b, c, d] = turned.shape;
  return contiguous(turned, a * b, c * d);
}
