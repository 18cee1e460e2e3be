/**
 * Where the weights are while the model runs: lookup tables stay in system RAM, the layers and the output go to the devices. The places are
 * those of llama.cpp's tensor table (`LLM_TENSOR_INFOS`).
 */

import type { Model, ModelTensor } from '../model/model.js';
import { outputOf } from '../model/output-kind.js';

/** `input`: tables for looking up rows, in system RAM. `layers`: with the layer that uses them. `output`: used after the last layer. */
export type WeightPlace = 'input' | 'layers' | 'output';

export interface PlacedWeights {
  /** Bytes and number of the tensors at each place. */
  places: Readonly<Record<WeightPlace, { bytes: number; tensors: number }>>;
  /**
   * Bytes of the token embedding if it is also the output matrix: it is then loaded a second time with the output, unless the output is
   * computed on the host.
   */
  tiedBytes: number;
  /**
   * Bytes from the start of the first tensor's data to the end of the last one's, including padding: what is memory-mapped if the whole
   * model stays on the host. Null if a tensor's size is unknown.
   */
  mappedBytes: number | null;
}

/**
 * Tensors without a layer number, by the part of their names that identifies them. All tensors that are not listed belong to the output.
 */
const INPUT = new Set(['token_embd', 'per_layer_token_embd', 'position_embd', 'token_types', 'hrm.z_l_init']);
/** Listed as input by llama.cpp, but never loaded. */
const NOT_LOADED = new Set(['masked_embd_centroids', 'masked_embd_ordering']);
/** Loaded with the first layer. */
const FIRST_LAYER = new Set([
  'conv1d',
  'nextn.pre_projection',
  'per_layer_model_proj',
  'per_layer_proj_norm',
  'token_embd_norm',
]);
/** The RoPE factors, which are loaded with every layer. */
const EVERY_LAYER = new Set(['rope_factors_long', 'rope_factors_short', 'rope_freqs']);

/** Tensors of unknown size count as 0 bytes; `mappedBytes` is then null. */
export function placedWeights(model: Model): PlacedWeights {
  const places = {
    input: { bytes: 0, tensors: 0 },
    layers: { bytes: 0, tensors: 0 },
    output: { bytes: 0, tensors: 0 },
  };
  const { architecture } = model.hyperparameters;
  const mapped = new Map<number, { first: number; end: number }>();
  for (const tensor of model.tensors) {
    const place = places[storedPlace(tensor, architecture)];
    place.bytes += tensor.bytes ?? 0;
    place.tensors++;
    // Each file is mapped separately.
    const file = tensor.shard?.number ?? 0;
    const end = tensor.fileOffset + (tensor.bytes ?? 0);
    const known = mapped.get(file) ?? { first: tensor.fileOffset, end };
    mapped.set(file, { first: Math.min(known.first, tensor.fileOffset), end: Math.max(known.end, end) });
  }
  const output = outputOf(model);
  const known = model.tensors.every(({ bytes }) => bytes !== null);
  return {
    places,
    tiedBytes: output.kind === 'tied' ? (output.tensor.bytes ?? 0) : 0,
    mappedBytes: known ? [...mapped.values()].reduce((sum, { first, end }) => sum + end - first, 0) : null,
  };
}

/** Whether each device that has layers loads its own copy of the tensor. */
export function factorsOfAllLayers(name: string): boolean {
  return EVERY_LAYER.has(stemOf(name));
}

/** Where llama.cpp puts a tensor. */
export function placeOf({ name, classified }: ModelTensor, architecture: string | null): WeightPlace | 'not-loaded' {
  const stem = stemOf(name);
  if (NOT_LOADED.has(stem)) return 'not-loaded';
  if (INPUT.has(stem)) return 'input';
  // LFM2 uses this name for the norm after its layers.
  if (stem === 'token_embd_norm' && architecture?.startsWith('lfm2')) return 'output';
  return classified.layer !== null || FIRST_LAYER.has(stem) || EVERY_LAYER.has(stem) ? 'layers' : 'output';
}

function storedPlace(tensor: ModelTensor, architecture: string | null): WeightPlace {
  const place = placeOf(tensor, architecture);
  return place === 'not-loaded' ? 'input' : place;
}

function stemOf(name: string): string {
  return name.replace(/\.(weight|bias)$/, '');
}
