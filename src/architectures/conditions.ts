/**
 * Conditions that decide whether a layer has a tensor. They test the model's hyperparameters by the rules of llama.cpp's loaders
 * (src/models).
 */

/** What a condition is evaluated for: a model and one of its layers. */
export interface Circumstances {
  /** The layer; 0 outside of layers. */
  layer: number;
  blockCount: number;
  /**
   * The number under `<architecture>.<key>`, for one layer if the file has one for each; true and false are 1 and 0. Returns `fallback` if
   * the key is missing, and null if the value cannot be determined.
   */
  number(key: string, fallback?: number, layer?: number): number | null;
  /**
   * Whether the file has the tensor. `name` is in the notation (notation.ts) and means this layer or the whole model, like the names that
   * depend on the condition.
   */
  stored(name: string): boolean;
}

/** Null: cannot be determined from this file. */
export type Condition = (at: Circumstances) => boolean | null;

/** Tests a number; null stays null. */
function test(value: number | null, holds: (value: number) => boolean): boolean | null {
  return value === null ? null : holds(value);
}

/** True if the key is present and its number is not 0. */
export function given(key: string): Condition {
  return (at) => test(at.number(key), (value) => value > 0);
}

/** True if the file has the tensor, for loaders that decide by it. */
export function stored(name: string): Condition {
  return (at) => at.stored(name);
}

export const hasExperts = given('expert_count');
export const hasSharedLength = given('expert_shared_feed_forward_length');
export const hasSharedCount = given('expert_shared_count');
export const hasQueryLatent = given('attention.q_lora_rank');
export const hasFeedForward = given('feed_forward_length');

/** Layers after the leading layers, which have no experts. */
export const isSparse: Condition = (at) => test(at.number('leading_dense_block_count'), (count) => at.layer >= count);

/** Every n-th layer has experts. */
export const isLlama4Sparse: Condition = (at) =>
  test(at.number('interleave_moe_layer_step'), (step) => step > 0 && (at.layer + 1) % step === 0);
export const isBertSparse: Condition = (at) =>
  test(at.number('moe_every_n_layers'), (step) => step > 0 && at.layer % step === 1);

/** A layer without heads for keys and values keeps a state instead. If the key is missing, the number of heads is that of the queries. */
export const isRecurrent: Condition = (at) => {
  const heads = at.number('attention.head_count');
  return test(heads === null ? null : at.number('attention.head_count_kv', heads), (count) => count === 0);
};

/** All but every n-th layer keep a state, unless the file lists the layers. */
const keepsState =
  (interval: number): Condition =>
  (at) => {
    const said = at.number('attention.recurrent_layers', -1);
    if (said === null) return null;
    if (said >= 0) return said > 0;
    return test(at.number('full_attention_interval', interval), (step) => step > 0 && (at.layer + 1) % step !== 0);
  };

export const isLinear = keepsState(4);
export const isLightning = keepsState(8);

/** Nemotron-H: recurrent layers have neither heads for keys nor a feed-forward network. */
export const isNemotronRecurrent: Condition = (at) => {
  const recurrent = isRecurrent(at);
  const feeds = hasFeedForward(at);
  return recurrent === null || feeds === null ? null : recurrent && !feeds;
};

/** Latent attention with a separate up-projection for each head. */
export const isLatentByHead = given('attention.key_length_mla');

/** Deci has layers without attention and layers with one matrix instead. */
export const hasHeads = given('attention.head_count');

/** Command R+ has norms that the smaller models lack. */
export const isCommandRPlus: Condition = (at) => at.blockCount >= 64;

export const isFirstLayer: Condition = (at) => at.layer === 0;

/** WavTokenizer: in the stack before its decoder the third layer is attention and the sixth is a norm. */
export const isThirdLayer: Condition = (at) => at.layer === 2;
export const isSixthLayer: Condition = (at) => at.layer === 5;

/** Gemma 4: the last layers use the keys and values of earlier ones. */
export const hasOwnKeys: Condition = (at) =>
  test(at.number('attention.shared_kv_layers'), (count) => at.layer < at.blockCount - count);

/** Whether any layer attends to all tokens. */
export const hasFullAttention: Condition = (at) => {
  for (let layer = 0; layer < at.blockCount; layer++) {
    const slides = at.number('attention.sliding_window_pattern', undefined, layer);
    if (slides === null) return null;
    if (slides === 0) return true;
  }
  return false;
};

/** DeepSeek V4: `attention.compress_ratios` gives the number of tokens that one compressed entry stands for. */
export const compresses: Condition = (at) => test(at.number('attention.compress_ratios'), (ratio) => ratio !== 0);
export const indexes: Condition = (at) => test(at.number('attention.compress_ratios'), (ratio) => ratio === 4);
export const routesByHash: Condition = (at) => test(at.number('hash_layer_count'), (count) => at.layer < count);

/**
 * Small DeepSeek-V2 models have no latent vector for queries. They have 26 or 27 layers; with 48 layers the size of the vocabulary decides.
 */
export const isNotLite: Condition = (at) => {
  const nextToken = at.number('nextn_predict_layers');
  if (nextToken === null) return null;
  const layers = at.blockCount - nextToken;
  if (layers !== 48) return layers !== 26 && layers !== 27;
  const tokens = at.number('vocab_size', -1);
  return tokens === null || tokens < 0 ? null : tokens !== 128_256;
};

/** Models with several residual streams. */
export const hasStreams = given('hyper_connection.count');
export const hasWindow = given('attention.sliding_window');

/** Qwen 4: n-gram embeddings are added in the layers that `ple.layers` lists. */
export const hasNgrams: Condition = (at) => at.number('ple.layers', -1, 0) !== -1;
export const isNgramLayer: Condition = (at) => {
  for (let place = 0; place < at.blockCount; place++) {
    const layer = at.number('ple.layers', -1, place);
    if (layer === null || layer < 0) return false;
    if (layer === at.layer) return true;
  }
  return false;
};

/** HY 4: layers with their own indexer, if the model has indexers. */
export const ownsIndexer: Condition = (at) => {
  const picked = at.number('attention.indexer.top_k');
  const type = at.number('attention.indexer.types');
  return picked === null || type === null ? null : picked > 0 && type > 0;
};

/** Kimi K3: layers that score earlier blocks of layers, and experts that read a narrower vector. */
export const scoresBlocks = given('attn_res.block_size');
export const hasExpertLatent = given('expert_latent_length');

/** dots3note: layers with their own indexer. */
export const hasIndexer: Condition = (at) => test(at.number('attention.indexer.types'), (type) => type > 0);
