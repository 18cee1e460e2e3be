/**
 * The layers at the end that predict further tokens (MTP): llama.cpp leaves their weights in the file unless it is told to draft with
 * them (`load_mtp`), and then gives them a context of their own: a plain cache for these layers, and buffers.
 */

import { facetOf } from '../architectures/book.js';
import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model, ModelTensor } from '../model/model.js';
import { planLayers } from './cache-layers.js';
import { type ContextOptions, contextSettings } from './cells.js';
import { estimatedBuffers } from './estimated-buffers.js';
import { layerCaches } from './layer-caches.js';
import { modelNumbers } from './model-numbers.js';

/** Architectures whose loader takes the embedding and the head of these layers all the same, where the file has them. */
const ALWAYS_LOADED: Readonly<Record<string, RegExp | undefined>> = Object.fromEntries(
  ['cohere2moe', 'hy_v3', 'step35'].map((name) => [
    name,
    /\.nextn\.(?:embed_tokens|shared_head_head|shared_head_norm)\./,
  ]),
);

/** What is loaded unless `--mtp` is given: the model without those layers. The model itself where it has none. */
export function withoutNextTokens(model: Model): Model {
  const unloaded = nextTokenTensors(model);
  if (unloaded.length === 0) return model;
  const left = new Set(unloaded);
  return { ...model, tensors: model.tensors.filter((tensor) => !left.has(tensor)) };
}

/** The tensors that only `--mtp` loads. */
export function nextTokenTensors(model: Model): ModelTensor[] {
  const numbers = modelNumbers(model.file);
  if (!numbers?.number('nextn_predict_layers')) return [];
  const plan = planOf(model);
  if (plan === null || plan.trunk === plan.layers.length || plan.trunk === 0) return [];
  const always = ALWAYS_LOADED[numbers.architecture];
  const predicts = ({ name, classified: { layer } }: ModelTensor) =>
    layer !== null && layer >= plan.trunk && name.startsWith('blk.') && !always?.test(name);
  return model.tensors.filter(predicts);
}

function planOf(model: Model) {
  const numbers = modelNumbers(model.file);
  const row = facetOf(numbers?.architecture ?? null, 'cache') ?? { cache: 'layers' as const };
  return numbers && planLayers(row, numbers, (name) => model.tensors.some((tensor) => tensor.name === name));
}

/** The context that drafts with these layers. The cache is as llama.cpp allocates it, the buffers are an estimate. */
export interface NextTokenMemory {
  layerCount: number;
  cacheBytes: number;
  /** Of the cache. */
  formula: string;
  computeBytes: number;
}

/** Null for a model without such layers, or where its numbers do not say enough. */
export function nextTokenMemory(model: Model, options: ContextOptions): NextTokenMemory | null {
  const numbers = modelNumbers(model.file);
  const row = facetOf(numbers?.architecture ?? null, 'cache');
  const settings = numbers && contextSettings(numbers, options);
  const whole = planOf(model);
  if (!numbers || !row || !settings || !whole || nextTokenTensors(model).length === 0) return null;
  const layers = whole.layers
    .filter(({ index }) => index >= whole.trunk)
    .map((layer) => ({ ...layer, cached: true, recurrent: false }));
  const plan = { ...whole, layers };
  const parts = layerCaches(plan, settings, numbers);
  const cacheBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const { bytes: computeBytes } = estimatedBuffers(model, { row, numbers, settings, plan });
  if (!(cacheBytes + computeBytes <= MAX_MEMORY_BYTES)) return null;
  const formula = parts
    .map((part) => part.formula)
    .filter((text) => text !== '')
    .join(' + ');
  return { layerCount: layers.length, cacheBytes, formula, computeBytes };
}
