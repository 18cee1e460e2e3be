/**
 * The number of cells in the caches: a cell holds the data of one token. Rules of llama.cpp (`llama_context`, `llama_kv_cache_iswa`): the
 * context is rounded up to a multiple of 256 and divided among the sequences, and a window keeps its tokens plus those of one batch.
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

/** The number formats that llama.cpp accepts for the KV cache, most bits first. */
export type CacheType = Lowercase<CacheTypeName>;
export const CACHE_TYPES: readonly CacheType[] = TENSOR_TYPES.filter(({ cache }) => cache)
  .sort((a, b) => bitsPerWeight(b) - bitsPerWeight(a))
  .map(({ name }) => name.toLowerCase() as CacheType);

/** Settings of a run, named after llama.cpp's options. */
export interface ContextOptions {
  /** Tokens, over all sequences. Default, and for 0: the context that the model was trained for. */
  contextLength?: number;
  /** Format of the keys and of the values. Default: f16 for keys; for values the format of the keys. */
  kvTypeK?: CacheType;
  kvTypeV?: CacheType;
  /** Number of parallel sequences. Default: 1. */
  parallel?: number;
  /** Whether all sequences share one cache. Default: each has its own part. */
  unified?: boolean;
  /** Whether layers with a window keep the whole context anyway. */
  swaFull?: boolean;
  /** Tokens computed at a time, and tokens submitted at a time. Default: 512 and 2048. */
  ubatch?: number;
  batch?: number;
  /** Maximum number of tokens of a batch whose scores are requested. Default, and for 0: all. */
  outputs?: number;
  /** Default: true. */
  flashAttention?: boolean;
  /** Number of earlier recurrent states to keep, for models that can go back to them. Default: 0. */
  stateSnapshots?: number;
}

/** The settings computed from the options for one model. */
export interface ContextSettings {
  /** Requested tokens. */
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

/** Null if no context length is given and the model states none, or an unreasonable one (`MAX_CELLS`). */
export function contextSettings(numbers: ModelNumbers, options: ContextOptions): ContextSettings | null {
  const contextLength = options.contextLength || numbers.number('context_length');
  if (!contextLength) return null;
  const { parallel = 1, unified = false, kvTypeK = 'f16', kvTypeV = kvTypeK } = options;
  const sequences = Math.max(1, parallel);
  const whole = padded(contextLength);
  if (whole + CELL_PADDING * sequences > MAX_CELLS) return null;
  // A non-causal model takes a batch of any size; for all others a batch larger than the context makes no sense.
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

/** Cells of a cache with a window: the windows of the sequences that share it, and room for one batch. */
export function windowCells(window: number, { cells, unified, sequences, ubatch, swaFull }: ContextSettings): number {
  return swaFull ? cells : padded(Math.min(cells, window * (unified ? sequences : 1) + ubatch));
}

/** Cells of a cache with one key for every `ratio` tokens. */
export function compressedCells(ratio: number, { cells }: ContextSettings): number {
  return padded(Math.max(1, Math.ceil(cells / ratio)));
}

function padded(cells: number): number {
  return Math.ceil(cells / CELL_PADDING) * CELL_PADDING;
}
