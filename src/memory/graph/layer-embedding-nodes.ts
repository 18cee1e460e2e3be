/** Token embeddings that are specific to each layer, as nodes (Gemma 3n and 4). */

import type { LayerEmbedding } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import {
  add,
  contiguous,
  getRows,
  matrixProduct,
  multiply,
  permute,
  reshape,
  scale,
  unary,
  view,
} from './graph-nodes.js';
import { type GraphTensor, I32, inputTensor, rowSize, UnfitTensors } from './graph-tensor.js';
import { linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';

/** The embeddings for all layers, one slice for each. `stream` is the input of the first layer. */
export function layerEmbeddingsNodes(pass: Pass, length: number, stream: GraphTensor): void {
  const { graph, tokens, carried } = pass;
  const { layers } = pass.at(0);
  const rows = getRows(needed(pass, 'per_layer_token_embd.weight'), inputTensor(I32, tokens));
  const own = graph.expand(scale(reshape(rows, length, layers, tokens)));
  const projected = scale(matrixProduct(needed(pass, 'per_layer_model_proj.weight'), stream));
  const normed = norm(pass, 'rms', 'per_layer_proj_norm', reshape(projected, length, layers, tokens));
  carried.layerEmbeddings = contiguous(permute(scale(add(normed, own)), 0, 2, 1, 3));
}

export function layerEmbeddingNodes(pass: Pass, _block: LayerEmbedding, at: LayerView, x: GraphTensor): GraphTensor {
  const names = pass.block(at.layer);
  const all = pass.carried.layerEmbeddings;
  if (all === undefined) throw new UnfitTensors('the metadata does not state the length of the vectors per layer');
  const gate = unary(linear(pass, `${names}.inp_gate`, x));
  const [length, tokens] = all.shape;
  const own = view(all, [length, tokens], [rowSize(all.type, length)]);
  return linear(pass, `${names}.proj`, multiply(gate, own));
}
