/** Finds the longest context with which everything together fits into a number of bytes. */

import { computeBuffers } from '../memory/compute-buffers.js';
import { contextMemory } from '../memory/context-memory.js';
import type { Model } from '../model/model.js';
import { besideEntries } from './kept-beside.js';
import type { MemoryQuestion } from './memory-question.js';
import type { MemoryReport } from './memory-schema.js';

/** Contexts are searched in steps of the cache's padding. */
const STEP = 256;

/** The memory that a model needs with a context of a given length; infinite if its cache is not known. */
export function neededBytes(
  model: Model,
  weightBytes: number,
  question: MemoryQuestion,
  contextLength: number,
): number {
  const context = { ...question.settings, contextLength };
  const cache = contextMemory(model, context)?.bytes ?? Number.POSITIVE_INFINITY;
  const beside = besideEntries(model, question, contextLength);
  const besideBytes = beside.reduce((sum, { cacheBytes, computeBytes }) => sum + cacheBytes + computeBytes, 0);
  return weightBytes + cache + (computeBuffers(model, context)?.bytes ?? 0) + besideBytes;
}

/** The longest context, up to the trained one, for which weights, cache and buffers fit; found by binary search. */
export function budgetEntry(
  model: Model,
  weightBytes: number,
  question: MemoryQuestion,
  budget: number,
): NonNullable<MemoryReport['budget']> {
  const needed = (contextLength: number) => neededBytes(model, weightBytes, question, contextLength);
  const trained = model.hyperparameters.contextLength ?? 0;
  const smallest = Math.max(1, Math.min(STEP, trained));
  const least = needed(smallest);
  if (!Number.isFinite(least)) {
    return { bytes: budget, largestContextLength: null, missingBytes: Math.max(0, weightBytes - budget) };
  }
  if (least > budget) return { bytes: budget, largestContextLength: null, missingBytes: least - budget };
  if (needed(trained) <= budget) return { bytes: budget, largestContextLength: trained, missingBytes: 0 };
  let fits = 1;
  let tooMuch = Math.ceil(trained / STEP);
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (needed(middle * STEP) <= budget) fits = middle;
    else tooMuch = middle;
  }
  return { bytes: budget, largestContextLength: fits * STEP, missingBytes: 0 };
}
