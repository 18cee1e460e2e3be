/**
 * The memory that a context takes while the model runs: KV caches, indexers, recurrent states. It is exactly what llama.cpp allocates,
 * computed only from metadata and tensor names; weights and compute buffers are not included.
 */

import { facetOf } from '../architectures/book.js';
import type { CacheFacet } from '../architectures/cache-facet.js';
import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model } from '../model/model.js';
import { type LayerPlan, planLayers } from './cache-layers.js';
import { type ContextOptions, type ContextSettings, contextSettings } from './cells.js';
import { compressedCaches } from './compressed-caches.js';
import { thousands } from './formula.js';
import { indexerCaches } from './indexer-cache.js';
import { layerCaches } from './layer-caches.js';
import { emptyPart, type MemoryPart } from './memory-part.js';
import { type ModelNumbers, modelNumbers } from './model-numbers.js';
import { recurrentState } from './recurrent-state.js';
import { refusals } from './refusals.js';

export interface ContextMemory {
  /** Bytes of all parts. */
  bytes: number;
  parts: readonly MemoryPart[];
  /** Requested tokens, and tokens that all sequences together have room for (rounded up). */
  contextLength: number;
  room: number;
  sequences: number;
  /** `exact`: the bytes that llama.cpp allocates. `low`: a general formula, which may not fit this architecture. */
  confidence: 'exact' | 'low';
  /** Assumptions, one sentence each. */
  assumptions: readonly string[];
  /** Why llama.cpp would refuse these options, one sentence each; the bytes are what it would need. */
  refusals: readonly string[];
}

/** The assumption for an unknown architecture: every layer has keys and values. */
const GENERAL: CacheFacet = { cache: 'layers' };

/**
 * The memory of one context. Null for models of other programs, and if no formula applies: no architecture, no layers, no context length,
 * or unreasonable numbers (`MAX_MEMORY_BYTES`).
 */
export function contextMemory(model: Model, options: ContextOptions = {}): ContextMemory | null {
  const numbers = model.family === null ? modelNumbers(model.file) : null;
  if (numbers === null) return null;
  const known = facetOf(numbers.architecture, 'cache');
  const row = known ?? GENERAL;
  const settings = contextSettings(
    numbers,
    row.flashAttention === false ? { ...options, flashAttention: false } : options,
  );
  if (settings === null) return null;
  const hasTensor = (name: string) => model.tensors.some((tensor) => tensor.name === name);
  const plan = planLayers(row, numbers, hasTensor);
  if (plan === null && row.cache !== 'none') return null;
  try {
    const parts = plan === null ? [] : partsOf(row, plan, settings, numbers);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (!(bytes <= MAX_MEMORY_BYTES)) return null;
    const assumptions = assumptionsOf(known, plan, numbers);
    return {
      bytes,
      parts,
      contextLength: settings.contextLength,
      room: settings.cells * settings.copies,
      sequences: settings.sequences,
      confidence: assumptions.length === 0 ? 'exact' : 'low',
      assumptions,
      refusals: plan === null ? [] : refusals(row, plan, settings),
    };
  } catch (error) {
    // The product of the lengths is not a safe integer, so the file is damaged and no figure makes sense.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function partsOf(row: CacheFacet, plan: LayerPlan, settings: ContextSettings, numbers: ModelNumbers): MemoryPart[] {
  const all = plan.layers.map(({ index }) => index);
  if (row.cache === 'none') return [emptyPart('none', all)];
  if (row.cache === 'borrowed') return [emptyPart('shared', all)];
  if (row.cache === 'compressed') return compressedCaches(plan, settings, numbers);
  return [
    ...layerCaches(plan, settings, numbers),
    ...indexerCaches(row, plan, settings, numbers),
    ...recurrentState(row.state, plan, settings, numbers),
  ];
}

/** The reasons why the result is uncertain. */
function assumptionsOf(row: CacheFacet | null, plan: LayerPlan | null, numbers: ModelNumbers): string[] {
  const { architecture } = numbers;
  const assumptions: string[] = [];
  if (row === null || row.assumed) {
    const why = row === null ? 'is unknown to gguf-explain' : 'has no loader in llama.cpp';
    assumptions.push(`The architecture ${architecture} ${why}: this assumes that every layer keeps keys and values.`);
    const window = numbers.number('attention.sliding_window');
    if (window) assumptions.push(`The sliding window of ${thousands(window)} tokens is not counted as a saving.`);
    if (numbers.number('ssm.state_size') || numbers.number('wkv.head_size')) {
      assumptions.push('The state of recurrent layers is not counted.');
    }
  }
  const missing = row?.cache === 'none' ? null : plan?.window?.missing;
  if (missing)
    assumptions.push(
      `The file lacks ${missing}, which this architecture needs: this assumes that no layer has a sliding window.`,
    );
  const attends = plan?.layers.some(({ cached }) => cached) ?? false;
  if (row?.cache !== 'none' && attends && plan?.firstHeads === 0 && !numbers.has('attention.head_count')) {
    assumptions.push(`The file lacks ${numbers.fullKey('attention.head_count')}: no heads are counted.`);
  }
  return assumptions;
}
