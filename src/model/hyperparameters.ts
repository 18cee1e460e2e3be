/**
 * The model's own numbers: `<architecture>.*` of the metadata under one set of names, whatever the architecture. A number may be
 * one for all layers or an array with one per layer; both are kept as they are.
 */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';

/** One number for all layers, or one for each. */
export type PerLayer = number | readonly number[];

/** Where the size of the vocabulary was found, best source first. */
export type VocabularySource = 'vocab_size key' | 'token list' | 'token embedding';

export interface Hyperparameters {
  /** `general.architecture`, such as `llama`. */
  architecture: string | null;
  /** Layers (blocks), counting those for next-token prediction where the file does. */
  blockCount: number | null;
  /** Tokens that the model was trained to look at together. */
  contextLength: number | null;
  /** Length of the vector that stands for a token between layers. */
  embeddingLength: number | null;
  feedForwardLength: PerLayer | null;
  /** Attention heads, and heads that keys and values have (fewer: grouped-query attention; 0: no attention in that layer). */
  headCount: PerLayer | null;
  headCountKv: PerLayer | null;
  /** Length of a head's key and value vectors; embeddingLength / headCount where the file does not say. */
  keyLength: number | null;
  valueLength: number | null;
  slidingWindow: number | null;
  expertCount: number | null;
  expertUsedCount: number | null;
  vocabulary: { size: number; source: VocabularySource } | null;
}

/** Keys that a multimodal projector keeps one level deeper, in the order in which they are tried. */
const CLIP_PARTS = ['', 'vision.', 'audio.'];

export function readHyperparameters(file: GgufFile): Hyperparameters {
  const architecture = stringOrNull(metadataValue(file, 'general.architecture'));
  const values = new Map<string, MetadataValue>();
  for (const { key, value } of file.metadata) if (!values.has(key)) values.set(key, value);

  const lookUp = (key: string): MetadataValue | undefined => {
    if (architecture === null) return undefined;
    for (const part of architecture === 'clip' ? CLIP_PARTS : ['']) {
      const value = values.get(`${architecture}.${part}${key}`);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const number = (key: string) => numberOrNull(lookUp(key));
  const perLayer = (key: string) => perLayerOrNull(lookUp(key));

  const embeddingLength = number('embedding_length');
  const headCount = perLayer('attention.head_count');
  // The rule of llama.cpp's loader (llama-model.cpp, load_hparams): a head's length is the embedding shared out over the heads.
  const mostHeads = headCount === null ? 0 : typeof headCount === 'number' ? headCount : Math.max(0, ...headCount);
  const shared = embeddingLength !== null && mostHeads > 0 ? Math.floor(embeddingLength / mostHeads) : null;
  return {
    architecture,
    blockCount: number('block_count'),
    contextLength: number('context_length'),
    embeddingLength,
    feedForwardLength: perLayer('feed_forward_length'),
    headCount,
    headCountKv: perLayer('attention.head_count_kv') ?? headCount,
    keyLength: number('attention.key_length') ?? shared,
    valueLength: number('attention.value_length') ?? shared,
    slidingWindow: number('attention.sliding_window'),
    expertCount: number('expert_count'),
    expertUsedCount: number('expert_used_count'),
    vocabulary: readVocabulary(file, number('vocab_size')),
  };
}

function readVocabulary(file: GgufFile, fromKey: number | null): Hyperparameters['vocabulary'] {
  if (fromKey !== null) return { size: fromKey, source: 'vocab_size key' };
  const tokens = metadataValue(file, 'tokenizer.ggml.tokens');
  if (typeof tokens === 'object' && tokens.kind === 'array') return { size: tokens.count, source: 'token list' };
  const embedding = file.tensors.find((tensor) => tensor.name === 'token_embd.weight');
  const rows = embedding?.dimensions[1];
  return rows === undefined ? null : { size: rows, source: 'token embedding' };
}

/** The value for one layer: a single number holds for all. Null where there is none. */
export function atLayer(value: PerLayer | null, layer: number): number | null {
  if (value === null || typeof value === 'number') return value;
  return value[layer] ?? null;
}

/** The values for all layers, as few as say it: one number where all are equal. */
export function distinct(value: PerLayer | null): number[] {
  if (value === null) return [];
  return typeof value === 'number' ? [value] : [...new Set(value)];
}

/** All of these are counts and lengths: what is negative, broken or beyond 2^53 says nothing. */
export function numberOrNull(value: MetadataValue | undefined): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function perLayerOrNull(value: MetadataValue | undefined): PerLayer | null {
  if (typeof value !== 'object' || value.kind !== 'array') return numberOrNull(value);
  if (value.items.length !== value.count || value.count === 0) return null;
  const numbers = value.items.map((item) => numberOrNull(item));
  return numbers.every((item) => item !== null) ? (numbers as number[]) : null;
}

export function stringOrNull(value: MetadataValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
