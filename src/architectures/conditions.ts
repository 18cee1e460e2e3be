/** On what it depends whether a layer has a tensor: the numbers of the model, by the rules of llama.cpp's loaders (src/models). */

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
  /** Whether the file has the tensor: a name in the notation, of this layer or of the whole model as the names beside it are. */
  stored(name: string): boolean;
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

/** Whether the file has a tensor, where the loader goes by that. */
export function stored(name: string): Condition {
  return (at) => at.stored(name);
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

/** All but every n-th layer keep a state, unless the file says which. */
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

/** Small DeepSeek-V2 models, told by their layers, have no short vector for queries. One with 48 layers may be such, by its vocabulary. */
export const isNotLite: Condition = (at) => {
  const nextToken = at.number('nextn_predict_layers');
  if (nextToken === null) return null;
  const layers = at.blockCount - nextToken;
  if (layers !== 48) return layers !== 26 && layers !== 27;
  const tokens = at.number('vocab_size', -1);
  return tokens === null || tokens < 0 ? null : tokens !== 128_256;
};

/** Streams of residuals beside each other. */
export const hasStreams = given('hyper_connection.count');
export const hasWindow = given('attention.sliding_window');

/** Qwen 4: an embedding of the last tokens together is added in layers that a list names. */
export const hasNgrams: Condition = (at) => at.number('ple.layers', -1, 0) !== -1;
export const isNgramLayer: Condition = (at) => {
  for (let place = 0; place < at.blockCount; place++) {
    const layer = at.number('ple.layers', -1, place);
    if (layer === null || layer < 0) return false;
    if (layer === at.layer) return true;
  }
  return false;
};

/** HY 4: layers with an indexer of their own, where the model has indexers at all. */
export const ownsIndexer: Condition = (at) => {
  const picked = at.number('attention.indexer.top_k');
  const type = at.number('attention.indexer.types');
  return picked === null || type === null ? null : picked > 0 && type > 0;
};

/** Kimi K3: scores of earlier blocks of layers, and experts behind a narrower vector. */
export const scoresBlocks = given('attn_res.block_size');
export const hasExpertLatent = given('expert_latent_length');

/** dots3note: layers with an indexer of their own. */
export const hasIndexer: Condition = (at) => test(at.number('attention.indexer.types'), (type) => type > 0);
