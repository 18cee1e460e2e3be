/**
 * The cache of an indexer's keys. An indexer is a small one-head attention over the whole context that picks the tokens to attend to
 * (llama.cpp, `llama_kv_cache_dsa`, `llama_kv_cache_msa`, `llama_memory_hybrid_idx`). The cache also has room for values if the model's
 * keys and values are not a latent vector and every layer attends.
 */

import type { CacheFacet } from '../architectures/cache-facet.js';
import type { CacheLayer, LayerPlan } from './cache-layers.js';
import type { ContextSettings } from './cells.js';
import { cachePart } from './layer-caches.js';
import type { MemoryPart } from './memory-part.js';
import type { ModelNumbers } from './model-numbers.js';

export const INDEXER_LENGTH_KEY = 'attention.indexer.key_length';
const TYPES_KEY = 'attention.indexer.types';
const DENSE_KEY = 'leading_dense_block_count';

export function indexerCaches(
  { indexer }: CacheFacet,
  plan: LayerPlan,
  settings: ContextSettings,
  numbers: ModelNumbers,
): MemoryPart[] {
  if (indexer === undefined) return [];
  const picks = indexedLayers(indexer, plan, numbers);
  const layers = plan.layers.filter(({ index }) => picks(index));
  const length = numbers.number(INDEXER_LENGTH_KEY) ?? 0;
  const keys = numbers.present(['block_count', INDEXER_LENGTH_KEY, TYPES_KEY, DENSE_KEY]);
  const parts: MemoryPart[] = [];
  const add = (of: readonly CacheLayer[], keyLength: number) => {
    if (of.length === 0) return;
    const valueLength = plan.latent || indexer === 'attending' ? 0 : (of[0]?.valueLength ?? 0);
    const shape = { kind: 'indexer', heads: 1, keyLength, valueLength } as const;
    const indexes = of.map(({ index }) => index);
    parts.push(cachePart(shape, indexes, settings.cells, settings, keys));
  };
  add(
    layers.filter(({ slides }) => !slides),
    length,
  );
  // A layer with a window uses its own key length here too.
  const sliding = layers.filter(({ slides }) => slides);
  add(sliding, sliding[0]?.keyLength ?? 0);
  return parts;
}

/** Which layers have their own indexer. */
export function indexedLayers(
  rule: NonNullable<CacheFacet['indexer']>,
  { trunk, layers }: LayerPlan,
  numbers: ModelNumbers,
): (layer: number) => boolean {
  if (rule === 'listed-if-used' && !numbers.number('attention.indexer.top_k')) return () => false;
  if (rule === 'behind-leading-dense') {
    const dense = numbers.number(DENSE_KEY) ?? 0;
    return (layer) => layer >= dense;
  }
  if (rule === 'attending') return (layer) => layers[layer]?.cached === true;
  const listed = rule === 'all' ? null : numbers.perLayer(TYPES_KEY, trunk);
  if (listed !== null) return (layer) => (listed[layer] ?? 0) !== 0;
  if (rule === 'listed' || rule === 'listed-if-used') return () => false;
  const everyFourth = rule === 'listed-or-every-fourth' && (numbers.number('context_length') ?? 0) >= LONG_CONTEXT;
  return (layer) => layer < trunk && (!everyFourth || isEveryFourth(layer));
}

/**
 * GLM-5.2 differs from its predecessors by its context length: without the key, its third layer and every fourth layer after it have an
 * indexer.
 */
const LONG_CONTEXT = 1_048_576;
const LISTED_LAYERS = 78;

function isEveryFourth(layer: number): boolean {
  return layer < LISTED_LAYERS && (layer < 2 || (layer - 2) % 4 === 0);
}
