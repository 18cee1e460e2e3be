/** The starting point for everything about a model's memory. */

import { facetOf } from '../architectures/book.js';
import type { CacheFacet } from '../architectures/cache-facet.js';
import type { Model } from '../model/model.js';
import { type LayerPlan, planLayers } from './cache-layers.js';
import { type ContextOptions, type ContextSettings, contextSettings } from './cells.js';
import { type ModelNumbers, modelNumbers } from './model-numbers.js';

/** The inputs of a run: the description of the caches, the file's numbers, and the settings. */
export interface Run {
  row: CacheFacet;
  numbers: ModelNumbers;
  settings: ContextSettings;
  plan: LayerPlan;
}

/** Null if the metadata lacks needed numbers. */
export function runOf(model: Model, options: ContextOptions): Run | null {
  const numbers = modelNumbers(model.file);
  const row = facetOf(numbers?.architecture ?? null, 'cache') ?? { cache: 'layers' };
  const settings =
    numbers && contextSettings(numbers, row.flashAttention === false ? { ...options, flashAttention: false } : options);
  const names = new Set(model.tensors.map(({ name }) => name));
  const plan = numbers && planLayers(row, numbers, (name) => names.has(name));
  return numbers && settings && plan ? { row, numbers, settings, plan } : null;
}
