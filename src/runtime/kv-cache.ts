/**
 * The key-value cache by the plain formula: each layer keeps, for every token of the context, one key and one value vector for each
 * of its key-value heads, in 16-bit floats. That is grouped-query attention over the full context; architectures that compress
 * the cache or slide a window over it need less.
 */

import { attendingLayers } from '../model/attending-layers.js';
import { atLayer } from '../model/hyperparameters.js';
import type { Model } from '../model/model.js';

/** Bytes of a number in the cache: llama.cpp keeps F16 unless told otherwise. */
const CACHE_NUMBER_BYTES = 2;

export interface PlainCache {
  /** Layers that keep keys and values: those with key-value heads. */
  layers: number;
  /** The number of key-value heads, one entry for each value that occurs. */
  headCountsKv: readonly number[];
  keyLength: number;
  valueLength: number;
  bytesPerToken: number;
}

/** What generates text keeps a cache; encoders see their input at once. */
const DECODING: ReadonlySet<string> = new Set(['text', 'decoder']);

/** The cache of one token over all layers. Null where the metadata does not say enough, or no layer attends. */
export function plainCache({ hyperparameters, tensors }: Model): PlainCache | null {
  const { headCountKv, keyLength, valueLength } = hyperparameters;
  if (headCountKv === null || keyLength === null || valueLength === null) return null;
  const decoding = tensors.filter(({ classified }) => DECODING.has(classified.component));
  const counts = [...attendingLayers(decoding)]
    .map((layer) => atLayer(headCountKv, layer) ?? 0)
    .filter((count) => count > 0);
  const heads = counts.reduce((sum, count) => sum + count, 0);
  const bytesPerToken = heads * (keyLength + valueLength) * CACHE_NUMBER_BYTES;
  if (bytesPerToken === 0 || !Number.isSafeInteger(bytesPerToken)) return null;
  return { layers: counts.length, headCountsKv: [...new Set(counts)], keyLength, valueLength, bytesPerToken };
}
