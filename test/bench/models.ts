/**
 * The models that the benchmark is run on: two with the shapes, the counts and the quantization mix of well-known models, and a tiny one as
 * the zero point for counting the bytes read. All are generated, and are the same on every machine. Covers no part of the GGUF
 * specification; generated-file.ts knows the format.
 */

import { join } from 'node:path';
import { type GeneratedEntry, type GeneratedFile, type GeneratedTensor, writeGeneratedFile } from './generated-file.js';
import { tokenizerEntries, type Vocabulary } from './generated-tokenizer.js';

/** `general.file_type` of Q4_K_M in llama.cpp's list. */
const FILE_TYPE_Q4_K_M = 15;

interface Shapes {
  architecture: string;
  name: string;
  sizeLabel: string;
  layers: number;
  embedding: number;
  feedForward: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  contextLength: number;
  ropeBase: number;
}

function metadata(shapes: Shapes, vocabulary: Vocabulary): GeneratedEntry[] {
  const { architecture: arch } = shapes;
  return [
    { key: 'general.architecture', type: 'string', value: arch },
    { key: 'general.type', type: 'string', value: 'model' },
    { key: 'general.name', type: 'string', value: shapes.name },
    { key: 'general.size_label', type: 'string', value: shapes.sizeLabel },
    { key: `${arch}.block_count`, type: 'u32', value: shapes.layers },
    { key: `${arch}.context_length`, type: 'u32', value: shapes.contextLength },
    { key: `${arch}.embedding_length`, type: 'u32', value: shapes.embedding },
    { key: `${arch}.feed_forward_length`, type: 'u32', value: shapes.feedForward },
    { key: `${arch}.attention.head_count`, type: 'u32', value: shapes.heads },
    { key: `${arch}.attention.head_count_kv`, type: 'u32', value: shapes.keyValueHeads },
    { key: `${arch}.attention.key_length`, type: 'u32', value: shapes.headSize },
    { key: `${arch}.attention.value_length`, type: 'u32', value: shapes.headSize },
    { key: `${arch}.attention.layer_norm_rms_epsilon`, type: 'f32', value: 1e-5 },
    { key: `${arch}.rope.freq_base`, type: 'f32', value: shapes.ropeBase },
    { key: `${arch}.rope.dimension_count`, type: 'u32', value: shapes.headSize },
    { key: `${arch}.vocab_size`, type: 'u32', value: vocabulary.tokens },
    { key: 'general.file_type', type: 'u32', value: FILE_TYPE_Q4_K_M },
    { key: 'general.quantization_version', type: 'u32', value: 2 },
    ...tokenizerEntries(vocabulary),
  ];
}

/** llama.cpp's rule for the layers of a Q4_K_M file that keep more bits: the first and last eighth, and every third in between. */
function keepsMoreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
}

function layerTensors(shapes: Shapes, layer: number): GeneratedTensor[] {
  const { embedding, feedForward, heads, keyValueHeads, headSize } = shapes;
  const better = keepsMoreBits(layer, shapes.layers) ? 'Q6_K' : 'Q4_K';
  const vector = (name: string, length = embedding): GeneratedTensor => ({
    name: `blk.${layer}.${name}.weight`,
    dimensions: [length],
    type: 'F32',
  });
  const matrix = (name: string, from: number, to: number, type: GeneratedTensor['type'] = 'Q4_K'): GeneratedTensor => ({
    name: `blk.${layer}.${name}.weight`,
    dimensions: [from, to],
    type,
  });
  const tensors = [
    vector('attn_norm'),
    matrix('ffn_down', feedForward, embedding, better),
    matrix('ffn_gate', embedding, feedForward),
    matrix('ffn_up', embedding, feedForward),
    vector('ffn_norm'),
    matrix('attn_k', embedding, keyValueHeads * headSize),
    matrix('attn_output', heads * headSize, embedding),
    matrix('attn_q', embedding, heads * headSize),
    matrix('attn_v', embedding, keyValueHeads * headSize, better),
  ];
  if (shapes.architecture === 'gemma3') {
    tensors.push(vector('attn_q_norm', headSize), vector('attn_k_norm', headSize));
    tensors.push(vector('post_attention_norm'), vector('post_ffw_norm'));
  }
  return tensors;
}

/** The vocabulary of the 8B model. */
export const VOCABULARY_8B: Vocabulary = {
  kind: 'gpt2',
  tokens: 128_256,
  merges: 280_147,
  scores: false,
  spaceMark: 'Ġ',
  meanLetters: 11,
};

/**
 * 292 tensors, 128,256 tokens and 280,147 merges: the shapes of Llama 3.1 8B. Its tokens are about twice as long as real ones, which makes
 * its header larger (12.4 MB): the task is at least as hard as on a real file.
 */
function write8b(folder: string): GeneratedFile {
  const vocabulary = VOCABULARY_8B;
  const shapes: Shapes = {
    architecture: 'llama',
    name: 'Generated 8B',
    sizeLabel: '8B',
    layers: 32,
    embedding: 4096,
    feedForward: 14_336,
    heads: 32,
    keyValueHeads: 8,
    headSize: 128,
    contextLength: 131_072,
    ropeBase: 500_000,
  };
  const { embedding, layers } = shapes;
  return writeGeneratedFile(join(folder, '8b.gguf'), metadata(shapes, vocabulary), [
    { name: 'token_embd.weight', dimensions: [embedding, vocabulary.tokens], type: 'Q4_K' },
    { name: 'rope_freqs.weight', dimensions: [64], type: 'F32' },
    ...Array.from({ length: layers }, (_, layer) => layerTensors(shapes, layer)).flat(),
    { name: 'output_norm.weight', dimensions: [embedding], type: 'F32' },
    { name: 'output.weight', dimensions: [embedding, vocabulary.tokens], type: 'Q6_K' },
  ]);
}

/** 444 tensors, 262,144 tokens with scores and 514,906 merges: the shapes of Gemma 3 4B, whose output is tied. */
function write262k(folder: string): GeneratedFile {
  const vocabulary: Vocabulary = {
    kind: 'llama',
    tokens: 262_144,
    merges: 514_906,
    scores: true,
    spaceMark: '▁',
    meanLetters: 5,
  };
  const shapes: Shapes = {
    architecture: 'gemma3',
    name: 'Generated 262k',
    sizeLabel: '4B',
    layers: 34,
    embedding: 2560,
    feedForward: 10_240,
    heads: 8,
    keyValueHeads: 4,
    headSize: 256,
    contextLength: 131_072,
    ropeBase: 1_000_000,
  };
  const { embedding, layers } = shapes;
  const entries = metadata(shapes, vocabulary);
  entries.push({ key: 'gemma3.attention.sliding_window', type: 'u32', value: 1024 });
  return writeGeneratedFile(join(folder, '262k.gguf'), entries, [
    { name: 'token_embd.weight', dimensions: [embedding, vocabulary.tokens], type: 'Q6_K' },
    ...Array.from({ length: layers }, (_, layer) => layerTensors(shapes, layer)).flat(),
    { name: 'output_norm.weight', dimensions: [embedding], type: 'F32' },
  ]);
}

/** 146 tensors, 32,000 tokens and 68,000 merges, a header of 2 MB: typical for a collection of smaller models. */
export function writeSmall(path: string): GeneratedFile {
  const vocabulary: Vocabulary = {
    kind: 'gpt2',
    tokens: 32_000,
    merges: 68_000,
    scores: false,
    spaceMark: 'Ġ',
    meanLetters: 5,
  };
  const shapes: Shapes = {
    architecture: 'llama',
    name: 'Generated Small',
    sizeLabel: '1B',
    layers: 16,
    embedding: 2048,
    feedForward: 8192,
    heads: 32,
    keyValueHeads: 8,
    headSize: 64,
    contextLength: 131_072,
    ropeBase: 500_000,
  };
  return writeGeneratedFile(path, metadata(shapes, vocabulary), [
    { name: 'token_embd.weight', dimensions: [shapes.embedding, vocabulary.tokens], type: 'Q6_K' },
    ...Array.from({ length: shapes.layers }, (_, layer) => layerTensors(shapes, layer)).flat(),
    { name: 'output_norm.weight', dimensions: [shapes.embedding], type: 'F32' },
  ]);
}

/** A few kilobytes and one tensor: any program reads all of it, so it is the zero point for counting bytes. */
export function writeMinute(folder: string): GeneratedFile {
  const entries: GeneratedEntry[] = [
    { key: 'general.architecture', type: 'string', value: 'llama' },
    { key: 'llama.block_count', type: 'u32', value: 1 },
    { key: 'llama.embedding_length', type: 'u32', value: 32 },
    { key: 'llama.attention.head_count', type: 'u32', value: 1 },
    { key: 'llama.attention.head_count_kv', type: 'u32', value: 1 },
  ];
  return writeGeneratedFile(join(folder, 'minute.gguf'), entries, [
    { name: 'token_embd.weight', dimensions: [32, 4], type: 'F32' },
  ]);
}

/** A model of the benchmark: its name in tables, a one-line description, and a function that writes it into a folder. */
export interface BenchModel {
  name: '8b' | '262k';
  about: string;
  write: (folder: string) => GeneratedFile;
}

/** The models, in the order in which they are measured. */
export const MODELS: readonly BenchModel[] = [
  { name: '8b', about: 'Llama 3.1 8B: 292 tensors, 128,256 tokens, 280,147 merges', write: write8b },
  { name: '262k', about: 'Gemma 3 4B: 444 tensors, 262,144 tokens with scores, 514,906 merges', write: write262k },
];
