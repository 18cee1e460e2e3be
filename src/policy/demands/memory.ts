/** `memory`: the memory for weights and KV cache together when the model runs with a context of a given length. */

import { CACHE_TYPES } from '../../memory/cells.js';
import { contextMemory } from '../../memory/context-memory.js';
import type { Model } from '../../model/model.js';
import { type Demand, notJudged } from '../demand.js';

export const memory: Demand = ({ policy, model }) => {
  if (policy.memory === undefined) return [];
  const { max, 'kv-type': cacheType = 'F16' } = policy.memory;
  const context = policy.memory.context ?? model.hyperparameters.contextLength;
  if (context === null) return [notJudged('memory', 'the file does not state the context length')];
  const weights = weightBytes(model);
  if (weights === null) return [notJudged('memory', 'the sizes of some tensors are not known')];
  const cache = cacheBytes(model, context, cacheType);
  if (cache === null) return [notJudged('memory', 'the size of the cache is not known')];
  const found = weights + cache;
  if (found <= max) return [];
  return [{ code: 'policy-memory', place: {}, facts: { found, weights, cache, cacheType, context, limit: max } }];
};

/** Null if the size of a tensor is unknown or only an upper bound. */
function weightBytes({ tensors }: Model): number | null {
  let sum = 0;
  for (const { bytes, bytesAre } of tensors) {
    if (bytesAre !== 'exact' || bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

/** Bytes of cache and state for a number of tokens. Null if llama.cpp has no cache of this type, or if the metadata is not sufficient. */
function cacheBytes(model: Model, contextLength: number, cacheType: string): number | null {
  const kvTypeK = CACHE_TYPES.find((type) => type === cacheType.toLowerCase());
  const memory = kvTypeK === undefined ? null : contextMemory(model, { contextLength, kvTypeK });
  return memory?.confidence === 'exact' ? memory.bytes : null;
}
