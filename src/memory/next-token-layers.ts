/**
 * The layers at the end for multi-token prediction (MTP). llama.cpp does not load their weights unless it drafts with them (`load_mtp`);
 * then it gives them their own context: a plain cache for these layers, and buffers.
 */

import { facetOf } from '../architectures/book.js';
import type { CacheFacet } from '../architectures/cache-facet.js';
import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model, ModelTensor } from '../model/model.js';
import { type LayerPlan, passedLayers, planLayers } from './cache-layers.js';
import { type ContextOptions, contextSettings } from './cells.js';
import { estimatedBuffers } from './estimated-buffers.js';
import { layerCaches } from './layer-caches.js';
import { modelNumbers } from './model-numbers.js';
import { isLoadedAnyway } from './placement/weight-homes.js';

/** The model as loaded without `--mtp`: without those layers. The model itself if it has none. */
export function withoutNextTokens(model: Model): Model {
  const unloaded = nextTokenTensors(model);
  if (unloaded.length === 0) return model;
  const left = new Set(unloaded);
  return { ...model, tensors: model.tensors.filter((tensor) => !left.has(tensor)) };
}

/** The tensors that only `--mtp` loads. */
export function nextTokenTensors(model: Model): ModelTensor[] {
  const numbers = modelNumbers(model.file);
  const further = furtherLayers(model);
  if (numbers === null || further === null) return [];
  const predicts = ({ name, classified: { layer } }: ModelTensor) =>
    layer !== null && layer >= further.first && name.startsWith('blk.') && !isLoadedAnyway(numbers.architecture, name);
  return model.tensors.filter(predicts);
}

/** The plan of all layers, and the first one for multi-token prediction; null if there is none. */
function furtherLayers(model: Model): { plan: LayerPlan; row: CacheFacet; first: number } | null {
  const numbers = modelNumbers(model.file);
  if (!numbers?.number('nextn_predict_layers')) return null;
  const row: CacheFacet = facetOf(numbers.architecture, 'cache') ?? { cache: 'layers' };
  const names = new Set(model.tensors.map(({ name }) => name));
  const plan = planLayers(row, numbers, (name) => names.has(name));
  const first = plan === null ? 0 : passedLayers(plan, row, numbers);
  return plan === null || first === 0 || first >= plan.layers.length ? null : { plan, row, first };
}

/** The context for drafting with these layers. The cache is what llama.cpp allocates; the buffers are an estimate. */
export interface NextTokenMemory {
  layerCount: number;
  cacheBytes: number;
  /** The formula of the cache. */
  formula: string;
  computeBytes: number;
}

/** Null for a model without such layers, or if the metadata lacks needed numbers. */
export function nextTokenMemory(model: Model, options: ContextOptions): NextTokenMemory | null {
  const numbers = modelNumbers(model.file);
  const further = furtherLayers(model);
  const settings = numbers && contextSettings(numbers, options);
  if (!numbers || !settings || further === null) return null;
  const { plan: whole, row, first } = further;
  const layers = whole.layers
    .filter(({ index }) => index >= first)
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
