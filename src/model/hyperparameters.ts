/**
 * The model's hyperparameters: `<architecture>.*` in the metadata, under one set of names for all architectures. A value may be one number
 * for all layers or an array with one for each layer; both are kept unchanged.
 */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';

/** One number for all layers, or one for each layer. */
export type PerLayer = number | readonly number[];

/** Where the size of the vocabulary was found, best source first. */
export type VocabularySource = 'vocab_size key' | 'token list' | 'token embedding';

export interface Hyperparameters {
  /** `general.architecture`, for example `llama`. */
  architecture: string | null;
  /** Number of layers (blocks), including those for next-token prediction if the file counts them. */
  blockCount: number | null;
  /** Longest context in tokens that the model was trained with. */
  contextLength: number | null;
  /** Length of the vector that represents a token between layers. */
  embeddingLength: number | null;
  feedForwardLength: PerLayer | null;
  /** Number of attention heads, and of heads for keys and values (fewer: grouped-query attention; 0: no attention in that layer). */
  headCount: PerLayer | null;
  headCountKv: PerLayer | null;
  /** Length of a head's key and value vectors; embeddingLength / headCount if the file does not state them. */
  keyLength: number | null;
  valueLength: number | null;
  slidingWindow: number | null;
  expertCount: number | null;
  expertUsedCount: number | null;
  vocabulary: { size: number; source: VocabularySource } | null;
}

/** Parts under which a multimodal projector keeps its keys, in the order in which they are tried. */
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
  // The rule of llama.cpp's loader (llama-model.cpp, load_hparams): the length of a head is the embedding length divided by the number of
  // heads.
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

/** The value for one layer; a single number applies to all layers. Null if there is none. */
export function atLayer(value: PerLayer | null, layer: number): number | null {
  if (value === null || typeof value === 'number') return value;
  return value[layer] ?? null;
}

/** The values for all layers in the shortest form: one number if all are equal. */
export function distinct(value: PerLayer | null): number[] {
  if (value === null) return [];
  return typeof value === 'number' ? [value] : [...new Set(value)];
}

/** All of these are counts and lengths, so negative, fractional and larger numbers than 2^53 are ignored. */
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
