/**
 * How many cells the caches have: a cell holds what is kept of one token. Rules of llama.cpp (`llama_context`, `llama_kv_cache_iswa`):
 * the context is rounded up to 256 and shared out over the sequences, and a window keeps its tokens and those of one batch.
 */

import {
  bitsPerWeight,
  type CacheTypeName,
  TENSOR_TYPES,
  type TensorType,
  tensorTypeByName,
} from '../formats/tensor-types.js';
import { MAX_CELLS } from '../gguf/limits.js';
import type { ModelNumbers } from './model-numbers.js';

/** The number formats that llama.cpp takes for keys and values in the cache, those of most bits first. */
export type CacheType = Lowercase<CacheTypeName>;
export const CACHE_TYPES: readonly CacheType[] = TENSOR_TYPES.filter(({ cache }) => cache)
  .sort((a, b) => bitsPerWeight(b) - bitsPerWeight(a))
  .map(({ name }) => name.toLowerCase() as CacheType);

/** Settings of a run, with the names of llama.cpp's own options. */
export interface ContextOptions {
  /** Tokens, over all sequences. Default, and for 0: what the model was trained for. */
  contextLength?: number;
  /** Format of the keys and of the values. Default: f16, and for the values that of the keys. */
  kvTypeK?: CacheType;
  kvTypeV?: CacheType;
  /** Sequences at the same time. Default: 1. */
  parallel?: number;
  /** Whether all sequences share one cache. Default: each has a part of its own. */
  unified?: boolean;
  /** Whether layers with a window keep the whole context all the same. */
  swaFull?: boolean;
  /** Tokens computed at once, and tokens given at once. Default: 512 and 2048. */
  ubatch?: number;
  batch?: number;
  /** Tokens of a batch whose scores may be asked for. Default, and for 0: all of them. */
  outputs?: number;
  /** Default: true. */
  flashAttention?: boolean;
  /** Earlier recurrent states that are kept, for models that can go back to them. Default: 0. */
  stateSnapshots?: number;
}

/** What follows from the options for one model. */
export interface ContextSettings {
  /** Tokens asked for. */
  contextLength: number;
  /** Cells of each copy of a full cache. */
  cells: number;
  /** Copies of the caches: one for each sequence, or one for all. */
  copies: number;
  sequences: number;
  unified: boolean;
  swaFull: boolean;
  ubatch: number;
  outputs: number;
  flashAttention: boolean;
  stateSnapshots: number;
  keyType: TensorType;
  valueType: TensorType;
}

/** A cache has room for a multiple of this many tokens. */
export const CELL_PADDING = 256;

/** Null where no context length is asked for and the model names none, or one beyond reason (`MAX_CELLS`). */
export function contextSettings(numbers: ModelNumbers, options: ContextOptions): ContextSettings | null {
  const contextLength = options.contextLength || numbers.number('context_length');
  if (!contextLength) return null;
  const { parallel = 1, unified = false, kvTypeK = 'f16', kvTypeV = kvTypeK } = options;
  const sequences = Math.max(1, parallel);
  const whole = padded(contextLength);
  if (whole + CELL_PADDING * sequences > MAX_CELLS) return null;
  // A model that does not look back takes its batches whole; all others need none larger than the context.
  const causal = numbers.number('attention.causal') !== 0;
  const batch = causal ? Math.min(contextLength, options.batch ?? 2048) : (options.batch ?? 2048);
  return {
    contextLength,
    cells: unified ? whole : padded(Math.floor(whole / sequences)),
    copies: unified ? 1 : sequences,
    sequences,
    unified,
    swaFull: options.swaFull ?? false,
    ubatch: Math.min(batch, options.ubatch ?? 512),
    outputs: options.outputs || batch,
    flashAttention: options.flashAttention ?? true,
    stateSnapshots: options.stateSnapshots ?? 0,
    keyType: tensorTypeByName(kvTypeK) as TensorType,
    valueType: tensorTypeByName(kvTypeV) as TensorType,
  };
}

/** Cells of a cache that keeps a window: the window of each sequence that shares it, and room for one batch. */
export function windowCells(window: number, { cells, unified, sequences, ubatch, swaFull }: ContextSettings): number {
  return swaFull ? cells : padded(Math.min(cells, window * (unified ? sequences : 1) + ubatch));
}

/** Cells of a cache that keeps one key for so many tokens. */
export function compressedCells(ratio: number, { cells }: ContextSettings): number {
  return padded(Math.max(1, Math.ceil(cells / ratio)));
}

function padded(cells: number): number {
  return Math.ceil(cells / CELL_PADDING) * CELL_PADDING;
}
