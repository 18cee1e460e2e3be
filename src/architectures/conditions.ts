/** On what it depends whether a layer has a tensor: the numbers of the model, by the rules of llama.cpp's loaders (src/models, August 2026). */

/** Where a condition is asked: a model and one of its layers. */
export interface Circumstances {
  /** The layer; 0 outside of layers. */
  layer: number;
  blockCount: number;
  /**
   * The number under `<architecture>.<key>`, for one layer where the file has one for each, 1 and 0 for true and false. `fallback`
   * where the key is missing; null where the value cannot be had.
   */
  number(key: string, fallback?: number, layer?: number): number | null;
}

/** Null: not to be told from this file. */
export type Condition = (at: Circumstances) => boolean | null;

/** Tests a number; what is not known stays unknown. */
function test(value: number | null, holds: (value: number) => boolean): boolean | null {
  return value === null ? null : holds(value);
}

/** Whether a number is there and not 0. */
export function given(key: string): Condition {
  return (at) => test(at.number(key), (value) => value > 0);
}

export const hasExperts = given('expert_count');
export const hasSharedLength = given('expert_shared_feed_forward_length');
export const hasSharedCount = given('expert_shared_count');
export const hasQueryLatent = given('attention.q_lora_rank');
export const hasFeedForward = given('feed_forward_length');

/** Behind the leading layers that have no experts. */
export const isSparse: Condition = (at) => test(at.number('leading_dense_block_count'), (count) => at.layer >= count);

/** Every n-th layer has experts. */
export const isLlama4Sparse: Condition = (at) =>
  test(at.number('interleave_moe_layer_step'), (step) => step > 0 && (at.layer + 1) % step === 0);
export const isBertSparse: Condition = (at) =>
  test(at.number('moe_every_n_layers'), (step) => step > 0 && at.layer % step === 1);

/** No heads for keys and values: the layer keeps a state instead. Without the key there are as many as for queries. */
export const isRecurrent: Condition = (at) => {
  const heads = at.number('attention.head_count');
  return test(heads === null ? null : at.number('attention.head_count_kv', heads), (count) => count === 0);
};

/** All but every n-th layer, unless the file says which. */
export const isLinear: Condition = (at) => {
  const said = at.number('attention.recurrent_layers', -1);
  if (said === null) return null;
  if (said >= 0) return said > 0;
  return test(at.number('full_attention_interval', 4), (step) => step > 0 && (at.layer + 1) % step !== 0);
};

/** Nemotron-H: neither heads for keys nor a feed-forward network. */
export const isNemotronRecurrent: Condition = (at) => {
  const recurrent = isRecurrent(at);
  const feeds = hasFeedForward(at);
  return recurrent === null || feeds === null ? null : recurrent && !feeds;
};

/** Latent attention whose up-projections stand apart for each head. */
export const isLatentByHead = given('attention.key_length_mla');

/** Deci: layers without attention, and layers with a linear map in its place. */
export const hasHeads = given('attention.head_count');

/** Command R+ has norms that the smaller models lack. */
export const isCommandRPlus: Condition = (at) => at.blockCount >= 64;

export const isFirstLayer: Condition = (at) => at.layer === 0;

/** WavTokenizer: in the stack before its decoder the third layer attends, the sixth is a norm. */
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

/** DeepSeek V4: how many tokens one compressed entry stands for. */
export const compresses: Condition = (at) => test(at.number('attention.compress_ratios'), (ratio) => ratio !== 0);
export const indexes: Condition = (at) => test(at.number('attention.compress_ratios'), (ratio) => ratio === 4);
export const routesByHash: Condition = (at) => test(at.number('hash_layer_count'), (count) => at.layer < count);

/** dots3note: layers with an indexer of their own. */
export const hasIndexer: Condition = (at) => test(at.number('attention.indexer.types'), (type) => type > 0);
