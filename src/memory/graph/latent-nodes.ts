/**
 * Latent attention as nodes: all heads read one short vector per token. The head's matrices are multiplied into the query before and into
 * the result after attention (absorbed). If an indexer picks tokens, only those are visible.
 */

import type { LatentAttention } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import { gated } from './attention-nodes.js';
import {
  add,
  concatenate,
  contiguous,
  elementwise,
  fill,
  matrixProduct,
  multiply,
  operation,
  permute,
  repeat,
  reshape,
  scale,
  setRows,
  topOf,
  view,
} from './graph-nodes.js';
import { emptyTensor, F32, type GraphTensor, keptTensor, rowSize } from './graph-tensor.js';
import { linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { keysAndValues, weighted } from './weighted-values.js';

interface Lengths {
  heads: number;
  /** Length of a head's key, including the rotated part, and of its value. */
  key: number;
  turned: number;
  value: number;
  latent: number;
}

export function latentNodes(pass: Pass, block: LatentAttention, at: LayerView, x: GraphTensor): GraphTensor {
  const names = `${pass.block(at.layer)}.attn`;
  const number = (key: string) =>
    (at.slides ? at.number(`attention.${key}_swa`) : undefined) ?? at.number(`attention.${key}`) ?? 0;
  const lengths: Lengths = {
    heads: number('head_count'),
    key: number('key_length_mla') || number('key_length'),
    turned: at.number('rope.dimension_count') ?? 0,
    value: number('value_length_mla') || number('value_length'),
    latent: number('kv_lora_rank'),
  };
  const compressed = pass.weight(`${names}_q_a.weight`)
    ? norm(pass, 'rms', `${names}_q_a_norm`, linear(pass, `${names}_q_a`, x))
    : undefined;
  if (block.indexer && compressed && at.stored('indexer.proj.weight'))
    pass.carried.picked = indexed(pass, at, x, compressed);
  const query = compressed ? linear(pass, `${names}_q_b`, compressed) : linear(pass, `${names}_q`, x);
  const heads = pass.plan.latent
    ? absorbed(pass, block, at, x, query, lengths)
    : unpacked(pass, block, at, x, query, lengths);
  const result = block.gate ? gated(pass, at, block.gate.tensor, heads, x, pass.habits.gatesLate) : heads;
  return linear(pass, `${names}_output`, result);
}

/** The normalized latent vector of each token, and the rotated part of its key. */
function latentOf(pass: Pass, block: LatentAttention, at: LayerView, x: GraphTensor, { latent, turned }: Lengths) {
  const { tokens, inputs } = pass;
  const names = `${pass.block(at.layer)}.attn`;
  const both = linear(pass, `${names}_kv_a_mqa`, x);
  const row = rowSize(F32, latent + turned);
  const vector = view(both, [latent, tokens], [row]);
  let part: GraphTensor = view(both, [turned, 1, tokens], [row, row]);
  if (pass.weight(`${names}_k_norm.weight`)) part = norm(pass, 'rms', `${names}_k_norm`, part);
  return {
    vector: () => norm(pass, 'rms', `${names}_kv_a_norm`, vector),
    turnedKey: block.rotation ? elementwise('ROPE', part, inputs.positions()) : part,
  };
}

function absorbed(
  pass: Pass,
  block: LatentAttention,
  at: LayerView,
  x: GraphTensor,
  all: GraphTensor,
  lengths: Lengths,
): GraphTensor {
  const { graph, tokens, inputs } = pass;
  const { heads, key, turned, latent } = lengths;
  const names = `${pass.block(at.layer)}.attn`;
  const split = (length: number) => view(all, [length, heads, tokens], [rowSize(F32, key), rowSize(F32, key * heads)]);
  const { vector, turnedKey } = latentOf(pass, block, at, x, lengths);
  const part = split(turned);
  const turnedQuery = block.rotation ? elementwise('ROPE', part, inputs.positions()) : part;
  const short = matrixProduct(needed(pass, `${names}_k_b.weight`), permute(split(key - turned), 0, 2, 1, 3));
  let query = concatenate(permute(short, 0, 2, 1, 3), turnedQuery, 0);
  const value = reshape(vector(), latent, 1, tokens);
  const keys = concatenate(value, turnedKey, 0);
  if (block.temperature?.(at)) query = multiply(query, inputs.temperature());

  const layer = pass.layer(at.layer);
  for (const each of [query, value, keys]) graph.expand(each);
  const kept = keysAndValues(pass, layer, keys, undefined);
  const [, , cells, streams] = kept.key.shape;
  const values = view(kept.key, [latent, 1, cells, streams], kept.key.strides.slice(1));
  const mask =
    pass.carried.picked && ruled(block.indexer, at) != null
      ? maskOfPicked(pass, pass.carried.picked)
      : inputs.mask(layer.slides);
  const unpack = needed(pass, `${names}_v_b.weight`);
  return graph.expand(weighted(pass, {}, at, layer.slides, { query, key: kept.key, value: values, mask, unpack }));
}

/** If the file stores the matrices of keys and values as one, each head gets its own keys and values. */
function unpacked(
  pass: Pass,
  block: LatentAttention,
  at: LayerView,
  x: GraphTensor,
  all: GraphTensor,
  lengths: Lengths,
): GraphTensor {
  const { graph, tokens, inputs } = pass;
  const { heads, key, turned, value } = lengths;
  const { vector, turnedKey } = latentOf(pass, block, at, x, lengths);
  const both = linear(pass, `${pass.block(at.layer)}.attn_kv_b`, vector());
  const size = rowSize(F32, key - turned + value);
  const part = (length: number) => view(both, [length, heads, tokens], [size, size * heads]);
  const values = contiguous(part(value));
  let query: GraphTensor = elementwise('ROPE', reshape(all, key, heads, tokens), inputs.positions());
  const keys = concatenate(part(key - turned), repeat(turnedKey, turned, heads, tokens, 1), 0);
  if (block.temperature?.(at)) query = multiply(query, inputs.temperature());
  const layer = pass.layer(at.layer);
  for (const each of [query, values, keys]) graph.expand(each);
  const kept = keysAndValues(pass, layer, keys, values);
  return graph.expand(weighted(pass, {}, at, layer.slides, { query, ...kept }));
}

/** The tokens that a layer's indexer picks for each token: those whose short keys match best. */
function indexed(pass: Pass, at: LayerView, x: GraphTensor, compressed: GraphTensor): GraphTensor {
  const { graph, tokens, inputs, streams, settings } = pass;
  const names = `${pass.block(at.layer)}.indexer`;
  const heads = at.number('attention.indexer.head_count') ?? 0;
  const length = at.number('attention.indexer.key_length') ?? 0;
  const most = at.number('attention.indexer.top_k') ?? 0;
  const turnedBy = (y: GraphTensor) => elementwise('ROPE', y, inputs.positions());
  const asked = turnedBy(reshape(linear(pass, `${names}.attn_q_b`, compressed), length, heads, tokens));
  const own = turnedBy(
    reshape(norm(pass, 'layer', `${names}.k_norm`, linear(pass, `${names}.attn_k`, x)), length, 1, tokens),
  );
  const spread = (y: GraphTensor) => (pass.habits.plainIndexer ? y : matrixProduct(inputs.indexerSpread(length), y));
  const query = spread(asked);
  const key = spread(own);
  const cache = keptTensor(settings.keyType, [length, settings.cells, streams], at.layer);
  const rows = streams > 1 ? reshape(cache, length, settings.cells * streams) : cache;
  graph.expand(setRows(rows, view(key, [length, tokens], [key.strides[2]]), inputs.indexerCells()));

  const row = rowSize(settings.keyType, length);
  const keys = view(cache, [length, 1, settings.cells, streams], [row, row, row * settings.cells]);
  const weights = linear(pass, `${names}.proj`, x);
  const [, q1, q2, q3] = query.strides;
  const each = tokens / streams;
  const queries = view(query, [length, heads, each, streams], [q1, q2, q3 / streams]);
  const [, w1, w2, w3] = weights.strides;
  const scaled = scale(view(weights, [heads, each, 1, streams], [w1, w2 / streams, w3 / streams]));
  const scores = operation(
    'LIGHTNING_INDEXER',
    F32,
    [settings.cells, each, 1, streams],
    queries,
    keys,
    scaled,
    inputs.indexerMask(),
  );
  return contiguous(topOf(scores, Math.min(settings.cells, most)));
}

/** A mask that hides all tokens except the picked ones, and those that the other mask hides. */
function maskOfPicked({ inputs }: Pass, picked: GraphTensor): GraphTensor {
  const mask = inputs.mask(false);
  const hidden = fill(mask);
  const [cells, each, , streams] = mask.shape;
  const [b0, b1, b2] = hidden.strides;
  const [count] = picked.shape;
  const single = view(hidden, [1, cells, each, streams], [b0, b1, b2]);
  const ids = view(picked, [count, each, streams, 1], [picked.strides[1], picked.strides[2], picked.strides[3]]);
  const seen = setRows(single, fill(emptyTensor(F32, 1, count, each, streams)), ids);
  const whole = view(seen, [cells, each, 1, streams], [seen.strides[2], seen.strides[3], seen.strides[3]]);
  return add(whole, mask);
}
