/** Token embeddings that are specific to each layer (Gemma 3n and 4), and the block that adds them to the residual stream. */

import type { LayerEmbedding } from '../architectures/forward.js';
import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { MOST_WIDTH } from './model-numbers.js';
import { type Planner, ruled } from './planner.js';
import { addTo, makeVectors, multiplied, scaled, type Vectors, vectorAt } from './vectors.js';

/** The embeddings of a token for all layers, one after the other; null if the model has none. */
export async function layerEmbeddings(
  arithmetic: Arithmetic,
  planner: Planner,
  { ids, rows }: { ids: readonly number[]; rows: Vectors },
): Promise<Vectors | null> {
  const { numbers, tensors } = planner;
  const own = ruled(numbers.forward.input.layerEmbeddings, numbers.view(0)) ?? null;
  if (own === null || !tensors.has('per_layer_token_embd.weight')) return null;
  const length = planner.length('embedding_length_per_layer_input', own.length, MOST_WIDTH);
  const all = length * numbers.layers;
  const stored = scaled(
    await arithmetic.rows(tensors.matrix('per_layer_token_embd.weight', all), ids),
    Math.sqrt(length),
  );
  const projection = planner.projection('per_layer_model_proj', numbers.embedding, { rows: all });
  const projected = scaled(await arithmetic.project(projection, rows), 1 / Math.sqrt(numbers.embedding));
  const norm = { ...planner.norm('per_layer_proj_norm', length), stretch: length };
  const sum = await arithmetic.normalized(projected, norm);
  addTo(sum.values, stored.values);
  return scaled(sum, Math.SQRT1_2);
}

/** What the block adds for the vectors `input`, given the layer's own embeddings of the tokens. */
export async function withLayerEmbedding(
  arithmetic: Arithmetic,
  planner: Planner,
  { layer, block, all }: { layer: number; block: LayerEmbedding; all: Vectors },
  input: Vectors,
): Promise<Vectors> {
  const { numbers, tensors } = planner;
  const length = all.length / numbers.layers;
  const name = (part: string) => planner.name(layer, part);
  const read =
    block.scaledBy === undefined
      ? input
      : multiplied(
          { ...input, values: input.values.slice() },
          await arithmetic.vector(tensors.vector(`${name(block.scaledBy)}.weight`, input.length)),
        );
  const gate = await arithmetic.project(planner.projection(name('inp_gate'), input.length, { rows: length }), read);
  const own = makeVectors(input.count, length);
  for (let t = 0; t < own.count; t++) {
    own.values.set(vectorAt(all, t).subarray(layer * length, (layer + 1) * length), t * length);
  }
  const through = pointwise(block.activation);
  for (let i = 0; i < own.values.length; i++)
    own.values[i] = (own.values[i] as number) * through(gate.values[i] as number);
  return arithmetic.project(planner.projection(name('proj'), length, { rows: input.length }), own);
}
