/**
 * The approximate memory for running a model, for a page that must load quickly: weights and cache exactly, buffers by an estimate. The
 * replay of llama.cpp's allocator (compute-buffers.ts) takes longer to load than a header takes to read.
 */

import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import type { ContextOptions } from './cells.js';
import { contextMemory } from './context-memory.js';
import { estimatedBuffers } from './estimated-buffers.js';
import { withoutNextTokens } from './next-token-layers.js';
import { runOf } from './run.js';

/** Bytes of weights, cache and buffers; null if the metadata lacks needed numbers. */
export function aboutNeeded(model: Model, options: ContextOptions): number | null {
  const run = runOf(model, options);
  const memory = contextMemory(model, options);
  if (!run?.numbers.number('embedding_length') || memory === null) return null;
  const bytes = sumTotals(withoutNextTokens(model).tensors).bytes + memory.bytes + estimatedBuffers(model, run).bytes;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
