/**
 * The key-value cache by the plain formula: each layer keeps, for every token of the context, one key and one value vector for each
 * of its key-value heads, in 16-bit floats. That is grouped-query attention over the full context; architectures that compress
 * the cache or slide a window over it need less.
 */

import { atLayer, distinct, type Hyperparameters } from '../model/hyperparameters.js';

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

/** The cache of one token over all layers. Null where the metadata does not say enough, or no layer attends. */
export function plainCache(hyperparameters: Hyperparameters): PlainCache | null {
  const { blockCount, headCountKv, keyLength, valueLength } = hyperparameters;
  if (blockCount === null || headCountKv === null || keyLength === null || valueLength === null) return null;
  let heads = 0;
  let layers = 0;
  const counted = Math.min(blockCount, MOST_LAYERS);
  for (let layer = 0; layer < counted; layer++) {
    const inLayer = atLayer(headCountKv, layer) ?? 0;
    heads += inLayer;
    if (inLayer > 0) layers++;
  }
  const bytesPerToken = heads * (keyLength + valueLength) * CACHE_NUMBER_BYTES;
  if (bytesPerToken === 0 || !Number.isSafeInteger(bytesPerToken)) return null;
  const headCountsKv = distinct(headCountKv).filter((count) => count > 0);
  return { layers, headCountsKv, keyLength, valueLength, bytesPerToken };
}

/** llama.cpp's own bound is 512 (LLAMA_MAX_LAYERS); a claim of billions must not be counted up to. */
const MOST_LAYERS = 4096;
