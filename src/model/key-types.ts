/**
 * Which type of value llama.cpp's loader takes under a key. It asks for exactly that one: a number of 64 bits where it reads one of
 * 32 is refused (llama-model-loader.cpp, GKV).
 */

import type { MetadataEntry } from '../gguf/metadata.js';
import { asArray } from './entries.js';

/** `numbers`: one u32, or an array with an integer of 32 bits or a bool for each layer. `scores`: an array of f32 or i32. */
type KeyType = 'u32' | 'f32' | 'bool' | 'string' | 'numbers' | 'strings' | 'i32s' | 'scores';

/** Types of items that an array may have; the others are no arrays. */
const ITEMS: Readonly<Partial<Record<KeyType, readonly string[]>>> = {
  numbers: ['u32', 'i32', 'bool'],
  strings: ['string'],
  i32s: ['i32'],
  scores: ['f32', 'i32'],
};

const keysOf = (type: KeyType, keys: string): [string, KeyType][] => keys.split(' ').map((key) => [key, type]);

const PLAIN: ReadonlyMap<string, KeyType> = new Map([
  ...keysOf('string', 'general.architecture general.type general.name tokenizer.ggml.model tokenizer.ggml.pre'),
  ...keysOf('u32', 'general.file_type tokenizer.ggml.token_type_count'),
  ...keysOf('strings', 'tokenizer.ggml.tokens tokenizer.ggml.merges'),
  ...keysOf('i32s', 'tokenizer.ggml.token_type'),
  ...keysOf('scores', 'tokenizer.ggml.scores'),
  ...keysOf('bool', 'tokenizer.ggml.add_bos_token tokenizer.ggml.add_eos_token tokenizer.ggml.add_sep_token'),
  ...keysOf('bool', 'tokenizer.ggml.add_space_prefix tokenizer.ggml.remove_extra_whitespaces'),
  ...keysOf('string', 'adapter.type'),
  ...keysOf('f32', 'adapter.lora.alpha'),
]);

/** Keys of the special tokens (llama-vocab.cpp), behind `tokenizer.ggml.`. `seperator` is how it is spelt in files. */
export const SPECIAL_TOKEN_KEYS: readonly string[] = [
  ...['bos', 'eos', 'eot', 'eom', 'unknown', 'seperator', 'padding', 'mask'],
  ...['fim_pre', 'fim_suf', 'fim_mid', 'fim_pad', 'fim_rep', 'fim_sep', 'prefix', 'suffix', 'middle'],
].map((name) => `tokenizer.ggml.${name}_token_id`);

/** Keys of language models, without their prefix. */
const OF_MODELS: ReadonlyMap<string, KeyType> = new Map([
  ...keysOf('u32', 'context_length embedding_length block_count vocab_size expert_count attention.sliding_window'),
  ...keysOf('u32', 'attention.key_length attention.value_length attention.key_length_mla attention.value_length_mla'),
  ...keysOf('u32', 'attention.q_lora_rank attention.kv_lora_rank expert_shared_count leading_dense_block_count'),
  ...keysOf('u32', 'rope.dimension_count rope.scaling.original_context_length nextn_predict_layers pooling_type'),
  ...keysOf('u32', 'ssm.conv_kernel ssm.inner_size ssm.state_size ssm.time_step_rank ssm.group_count'),
  ...keysOf('f32', 'attention.layer_norm_epsilon attention.layer_norm_rms_epsilon rope.freq_base rope.scaling.factor'),
  ...keysOf('f32', 'logit_scale attn_logit_softcapping final_logit_softcapping expert_weights_scale'),
  ...keysOf('bool', 'attention.causal expert_weights_norm use_parallel_residual rope.scaling.finetuned'),
  ...keysOf('string', 'rope.scaling.type'),
  ...keysOf('numbers', 'feed_forward_length attention.head_count attention.head_count_kv expert_used_count'),
]);

/** Keys of projectors, behind `clip.vision.` and `clip.audio.`. */
const OF_PROJECTORS: ReadonlyMap<string, KeyType> = new Map([
  ...keysOf('u32', 'embedding_length attention.head_count feed_forward_length block_count projection_dim'),
  ...keysOf('u32', 'image_size patch_size num_mel_bins'),
  ...keysOf('f32', 'attention.layer_norm_epsilon'),
]);

const SPECIAL: ReadonlySet<string> = new Set(SPECIAL_TOKEN_KEYS);

/** The type that llama.cpp takes under a key; undefined for keys that it does not read, or that are not listed here. */
export function demandedType(key: string, architecture: string | null): KeyType | undefined {
  if (SPECIAL.has(key)) return 'u32';
  const plain = PLAIN.get(key);
  if (plain !== undefined || architecture === null || !key.startsWith(`${architecture}.`)) return plain;
  const own = key.slice(architecture.length + 1);
  return architecture === 'clip' ? OF_PROJECTORS.get(own.replace(/^(vision|audio)\./, '')) : OF_MODELS.get(own);
}

/** Whether an entry is of a type. */
export function isOfType(entry: MetadataEntry, type: KeyType): boolean {
  const array = asArray(entry);
  if (array !== null) return ITEMS[type]?.includes(array.itemType) ?? false;
  return entry.type === (type === 'numbers' ? 'u32' : type);
}

/** A type in words. */
export function typeInWords(type: KeyType): string {
  if (type === 'numbers') return 'u32, or an array of u32 or i32';
  return ITEMS[type] === undefined ? type : `array of ${ITEMS[type].join(' or ')}`;
}
