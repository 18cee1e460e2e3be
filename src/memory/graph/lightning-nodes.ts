/** Lightning attention, which has a decaying state instead of softmax, as nodes (MiniMax-01). */

import type { LayerView } from '../../architectures/layer-view.js';
import {
  add,
  contiguous,
  copyTo,
  matrixProduct,
  multiply,
  permute,
  reshape,
  scale,
  unary,
  view,
} from './graph-nodes.js';
import type { GraphTensor } from './graph-tensor.js';
import { linear, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { stateOf, statesOfBatch } from './state-nodes.js';

export function lightningNodes(pass: Pass, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences, tokens, inputs } = pass;
  const block = pass.block(at.layer);
  const heads = at.numberAt('attention.head_count', 0) ?? 0;
  const { keyLength: length } = pass.layer(at.layer);
  const each = tokens / sequences;
  // The state of a short convolution is reserved but empty.
  statesOfBatch(pass, stateOf(pass, 0));
  const states = stateOf(pass, length * length * heads);
  const { slopes, query: queryFades, key: keyFades, between } = inputs.fading();
  const rate = scale(slopes);

  const read = reshape(x, x.shape[0], each, 1, sequences);
  const all = reshape(unary(linear(pass, `${block}.attn_qkv`, read)), length * 3, heads, each, sequences);
  const part = () => view(all, [length, heads, each, sequences], all.strides.slice(1));
  const [q, k, v] = [part(), part(), part()];
  const old = reshape(statesOfBatch(pass, states), length, length, heads, sequences);
  const faded = (y: GraphTensor) => unary(scale(y));
  const [queryDecay, keyDecay, decay] = [faded(queryFades), faded(keyFades), faded(between)];

  const earlier = matrixProduct(old, permute(multiply(q, queryDecay), 0, 2, 1, 3));
  const scores = multiply(matrixProduct(permute(k, 0, 2, 1, 3), permute(q, 0, 2, 1, 3)), decay);
  const values = contiguous(permute(v, 1, 2, 0, 3));
  const result = graph.expand(add(earlier, matrixProduct(values, scores)));

  const blockDecay = reshape(unary(scale(rate)), 1, 1, heads);
  const kept = multiply(old, blockDecay);
  const added = matrixProduct(contiguous(permute(multiply(k, keyDecay), 1, 2, 0, 3)), values);
  graph.expand(copyTo(add(kept, added), view(states, [length * length * heads * sequences])));

  const turned = contiguous(permute(result, 0, 2, 1, 3));
  const [a, b, c, d] = turned.shape;
  const normed = norm(pass, 'rms', `${block}.attn_norm_2`, reshape(turned, a * b, c, 1, d));
  const out = linear(pass, `${block}.attn_output`, multiply(unary(linear(pass, `${block}.attn_gate`, read)), normed));
  return reshape(out, out.shape[0], tokens);
}
