/**
 * Names that do not come from llama.cpp: PyTorch's module paths, as in GGUF files of image and video models and from some converters. The
 * rules look for words, not for architectures, so a role is assigned only if the words show it; everything else stays unknown. For example,
 * `post_attention_layernorm` is before the feed-forward part in Llama but after attention in Gemma 2, so it is classified only as a norm.
 */

import type { RoleId } from '../words/roles.js';
import type { Component } from './component.js';

type Roles = Readonly<Record<string, RoleId>>;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const LAYER_WORDS = words(
  'layers layer h blocks block resblocks decoder_layer encoder_layer transformer_encoder double_blocks single_blocks ' +
    'joint_blocks transformer_blocks single_transformer_blocks input_blocks output_blocks down_blocks up_blocks ' +
    'double_stream_blocks single_stream_blocks double_stream_layers single_stream_layers double_layers single_layers ' +
    'joint_transformer_blocks vace_blocks nerf_blocks noise_refiner context_refiner ref_image_refiner refiner_blocks ' +
    'layerwise_blocks transformer_1d_blocks patch_blocks pixel_blocks visual_transformer_blocks text_transformer_blocks ' +
    'txt_preamble_blocks',
);

/** Whether a number after this word is the number of a layer. */
export function isForeignLayerWord(word: string): boolean {
  return LAYER_WORDS.has(word);
}

/** Words that show the component, anywhere before the number of the layer; the first in the name counts. */
const COMPONENTS: readonly (readonly [Component, ReadonlySet<string>])[] = [
  [
    'diffusion',
    words(
      'diffusion_model double_blocks single_blocks joint_blocks transformer_blocks single_transformer_blocks input_blocks ' +
        'middle_block output_blocks down_blocks mid_block up_blocks noise_refiner context_refiner img_in txt_in time_in ' +
        'vector_in guidance_in x_embedder y_embedder t_embedder cap_embedder context_embedder time_text_embed time_embed ' +
        'time_embedding time_projection text_embedding patch_embedding caption_projection adaln_single final_layer',
    ),
  ],
  ['autoencoder', words('first_stage_model vae')],
  ['encoder', words('text_encoders text_encoder text_encoder_2 text_model cond_stage_model conditioner')],
  ['vision', words('vision_tower vision_model vision_encoder visual vpm')],
  ['audio', words('audio_tower audio_encoder')],
  ['projector', words('multi_modal_projector mm_projector')],
];

/** `segments` without the part; `layerAt` is the index of the layer's number, or -1. */
export function foreignComponent(segments: readonly string[], layerAt: number): Component {
  const head = layerAt < 0 ? segments : segments.slice(0, layerAt);
  for (const word of head) {
    for (const [component, set] of COMPONENTS) if (set.has(word)) return component;
  }
  // `blocks.0.…` without a prefix is the naming of Wan and its relatives.
  if (layerAt === 1 && head[0] === 'blocks') return 'diffusion';
  const first = head[0] === 'model' ? head[1] : head[0];
  return (layerAt >= 0 || head.length > 1) && (first === 'encoder' || first === 'decoder') ? first : 'text';
}

/** Last words that show the role alone. */
const PLAIN: Roles = {
  embed_tokens: 'token-embedding',
  tok_embeddings: 'token-embedding',
  token_embedding: 'token-embedding',
  token_embeddings: 'token-embedding',
  word_embeddings: 'token-embedding',
  wte: 'token-embedding',
  token_type_embeddings: 'token-type-embedding',
  position_embedding: 'position-embedding',
  position_embeddings: 'position-embedding',
  positional_embedding: 'position-embedding',
  embed_positions: 'position-embedding',
  pos_embed: 'position-embedding',
  wpe: 'position-embedding',
  relative_attention_bias: 'relative-position-bias',
  inv_freq: 'rope-inverse-frequencies',
  lm_head: 'output',
  embed_out: 'output',

  input_layernorm: 'attention-norm',
  attention_norm: 'attention-norm',
  attn_norm: 'attention-norm',
  self_attn_layer_norm: 'attention-norm',
  pre_attention_layernorm: 'attention-norm',
  encoder_attn_layer_norm: 'cross-attention-norm',
  cross_attn_ln: 'cross-attention-norm',
  ffn_norm: 'feed-forward-norm',
  ff_norm: 'feed-forward-norm',
  pre_feedforward_layernorm: 'feed-forward-norm',
  pre_mlp_layernorm: 'feed-forward-norm',
  pre_mlp_norm: 'feed-forward-norm',
  post_feedforward_layernorm: 'post-feed-forward-norm',
  post_mlp_layernorm: 'post-feed-forward-norm',
  q_norm: 'query-norm',
  norm_q: 'query-norm',
  norm_added_q: 'query-norm',
  query_norm: 'query-norm',
  q_layernorm: 'query-norm',
  query_layernorm: 'query-norm',
  k_norm: 'key-norm',
  norm_k: 'key-norm',
  norm_added_k: 'key-norm',
  key_norm: 'key-norm',
  k_layernorm: 'key-norm',
  key_layernorm: 'key-norm',

  qkv: 'attention-query-key-value',
  qkv_proj: 'attention-query-key-value',
  to_qkv: 'attention-query-key-value',
  Wqkv: 'attention-query-key-value',
  c_attn: 'attention-query-key-value',
  query_key_value: 'attention-query-key-value',
  q_a_proj: 'attention-query-down',
  q_a_layernorm: 'latent-query-norm',
  q_b_proj: 'attention-query-up',
  kv_a_proj_with_mqa: 'attention-key-value-down',
  kv_a_layernorm: 'latent-key-value-norm',
  kv_b_proj: 'attention-key-value-up',

  dense_h_to_4h: 'feed-forward-up',
  dense_4h_to_h: 'feed-forward-down',
  router: 'expert-router',
  e_score_correction_bias: 'expert-selection-bias',
  shared_expert_gate: 'shared-expert-router',

  A_log: 'state-space-decay',
  x_proj: 'state-space-selection',
  dt_proj: 'state-space-time-step',
  dt_bias: 'state-space-time-step-bias',

  class_embedding: 'class-embedding',
  cls_token: 'class-embedding',
  patch_embed: 'patch-embedding',
  patch_embedding: 'patch-embedding',
  modulation: 'modulation-table',
  scale_shift_table: 'modulation-table',
};

/** Names that show the role only if there is nothing above them except a word for the model. */
const WHOLE: Roles = {
  shared: 'token-embedding',
  norm: 'output-norm',
  score: 'classifier-output',
  classifier: 'classifier-output',
  'classifier.dense': 'classifier-dense',
  'classifier.out_proj': 'classifier-output',
  'pooler.dense': 'classifier-dense',
};

const MODEL_WORDS = words('model language_model transformer backbone');

const FINAL_NORMS = words('final_layernorm final_layer_norm final_norm ln_f norm_f');

/** Last words that show the role only together with the word above. */
const LAST_TWO: Roles = {
  'embeddings.LayerNorm': 'token-embedding-norm',
  'output.LayerNorm': 'layer-output-norm',
  'intermediate.dense': 'feed-forward-up',
  'output.dense': 'feed-forward-down',
  'final_layer.linear': 'latent-output',
  'x_embedder.proj': 'patch-embedding',
};

/** Words of a path below which every matrix has the same role; the last of them counts. */
const BELOW: Roles = {
  t_embedder: 'time-embedding',
  time_in: 'time-embedding',
  time_embed: 'time-embedding',
  time_embedding: 'time-embedding',
  time_projection: 'time-embedding',
  timestep_embedder: 'time-embedding',
  vector_in: 'condition-embedding',
  guidance_in: 'condition-embedding',
  guidance_embedder: 'condition-embedding',
  txt_in: 'condition-embedding',
  y_embedder: 'condition-embedding',
  cap_embedder: 'condition-embedding',
  context_embedder: 'condition-embedding',
  text_embedder: 'condition-embedding',
  text_embedding: 'condition-embedding',
  caption_projection: 'condition-embedding',
  img_in: 'latent-embedding',
  x_embedder: 'latent-embedding',
  adaLN_modulation: 'modulation',
  adaln_single: 'modulation',
  modulation: 'modulation',
  img_mod: 'modulation',
  txt_mod: 'modulation',
  patch_embed: 'patch-embedding',
  multi_modal_projector: 'projector-mlp',
  mm_projector: 'projector-mlp',
};

const STATE_SPACE = words('mamba ssm linear_attn');
const STATE_SPACE_PARTS: Roles = {
  in_proj: 'state-space-input',
  in_proj_qkvz: 'state-space-input',
  in_proj_ba: 'linear-attention-decay-strength',
  conv1d: 'state-space-convolution',
  norm: 'state-space-norm',
  D: 'state-space-skip',
  out_proj: 'state-space-output',
};

const ATTENTION = words(
  'self_attn self_attention attn attention attn1 SelfAttention img_attn txt_attn multi_head_attention',
);
const CROSS_ATTENTION = words('cross_attn cross_attention crossattention encoder_attn EncDecAttention');

/** Matrices of attention whose names are clear without a word for attention. */
const ATTENTION_PLAIN: Roles = {
  q_proj: 'attention-query',
  to_q: 'attention-query',
  wq: 'attention-query',
  q_lin: 'attention-query',
  add_q_proj: 'attention-query',
  k_proj: 'attention-key',
  to_k: 'attention-key',
  wk: 'attention-key',
  k_lin: 'attention-key',
  add_k_proj: 'attention-key',
  v_proj: 'attention-value',
  to_v: 'attention-value',
  wv: 'attention-value',
  v_lin: 'attention-value',
  add_v_proj: 'attention-value',
  kv_proj: 'attention-key-value',
  to_kv: 'attention-key-value',
  o_proj: 'attention-output',
  to_out: 'attention-output',
  to_add_out: 'attention-output',
  out_lin: 'attention-output',
};

/** Matrices of attention that need a word for attention in the path. */
const ATTENTION_PARTS: Roles = {
  ...ATTENTION_PLAIN,
  q: 'attention-query',
  query: 'attention-query',
  k: 'attention-key',
  key: 'attention-key',
  v: 'attention-value',
  value: 'attention-value',
  kv: 'attention-key-value',
  in_proj: 'attention-query-key-value',
  o: 'attention-output',
  out: 'attention-output',
  out_proj: 'attention-output',
  wo: 'attention-output',
  Wo: 'attention-output',
  proj: 'attention-output',
  c_proj: 'attention-output',
  dense: 'attention-output',
  gate_proj: 'attention-gate',
  sinks: 'attention-sinks',
  ln_q: 'query-norm',
  ln_k: 'key-norm',
  LayerNorm: 'attention-output-norm',
};

const IN_CROSS_ATTENTION: Roles = {
  'attention-query': 'cross-attention-query',
  'attention-key': 'cross-attention-key',
  'attention-value': 'cross-attention-value',
  'attention-output': 'cross-attention-output',
};

const FEED_FORWARD = words(
  'mlp feed_forward ffn ff ff_context DenseReluDense img_mlp txt_mlp block_sparse_moe moe experts',
);
const MIXTURE = words('block_sparse_moe moe');
const SHARED_EXPERT = words('shared_expert shared_experts share_expert shared_mlp');

const FEED_FORWARD_PLAIN: Roles = {
  gate_proj: 'feed-forward-gate',
  up_proj: 'feed-forward-up',
  down_proj: 'feed-forward-down',
  gate_up_proj: 'feed-forward-gate-up',
};

const FEED_FORWARD_PARTS: Roles = {
  ...FEED_FORWARD_PLAIN,
  wi: 'feed-forward-up',
  wi_0: 'feed-forward-gate',
  wi_1: 'feed-forward-up',
  wo: 'feed-forward-down',
  Wi: 'feed-forward-gate-up',
  Wo: 'feed-forward-down',
  fc1: 'feed-forward-up',
  fc2: 'feed-forward-down',
  fc_in: 'feed-forward-up',
  fc_out: 'feed-forward-down',
  c_fc: 'feed-forward-up',
  c_proj: 'feed-forward-down',
  lin1: 'feed-forward-up',
  lin2: 'feed-forward-down',
};

const AS_EXPERT: Roles = {
  'feed-forward-gate': 'expert-gate',
  'feed-forward-up': 'expert-up',
  'feed-forward-down': 'expert-down',
  'feed-forward-gate-up': 'expert-gate-up',
};

const AS_SHARED_EXPERT: Roles = {
  'feed-forward-gate': 'shared-expert-gate',
  'feed-forward-up': 'shared-expert-up',
  'feed-forward-down': 'shared-expert-down',
};

const CONVOLUTIONS = words('conv conv1 conv2 conv_in conv_out conv_shortcut nin_shortcut');

/** Longest path that is examined; only malicious names are longer. */
const MAX_WORDS = 16;

/**
 * The role that the words of a path show clearly; undefined if they do not.
 *
 * @param module the words after the number of the layer, or all words if there is none; numbers included
 * @param head the words before the number of the layer; empty if there is none
 */
export function foreignRole(
  module: readonly string[],
  head: readonly string[],
  component: Component,
): RoleId | undefined {
  if (module.length > MAX_WORDS) return undefined;
  // RWKV calls its time mixing attention, but its keys and values are something else.
  if (head[0] === 'rwkv') return undefined;
  // `to_out.0`, `mlp.2`: the number is a position in a sequence; the word before it names the module.
  const numbered = /^\d$/.test(module.at(-1)!);
  const name = module.at(numbered ? -2 : -1);
  if (name === undefined) return undefined;
  const above = module.slice(0, numbered ? -2 : -1);

  if (head.at(-1) === 'single_blocks' && above.length === 0) {
    if (name === 'linear1') return 'parallel-block-input';
    if (name === 'linear2') return 'parallel-block-output';
  }
  if (head.length === 0) {
    const from = module.findIndex((word) => !MODEL_WORDS.has(word));
    const whole = find(WHOLE, module.slice(from).join('.'));
    if (whole) return whole;
    if (FINAL_NORMS.has(name)) return component === 'encoder' ? 'encoder-output-norm' : 'output-norm';
  }
  const plain = numbered && Object.hasOwn(BELOW, name) ? undefined : find(PLAIN, name);
  return (
    plain ??
    (above.some((word) => STATE_SPACE.has(word)) ? find(STATE_SPACE_PARTS, name) : undefined) ??
    attentionRole(name, above) ??
    find(LAST_TWO, `${above.at(-1)}.${name}`) ??
    (isNorm(name) ? 'norm' : roleBelow(module)) ??
    feedForwardRole(name, numbered ? module.at(-1) : undefined, above) ??
    (CONVOLUTIONS.has(name) && (component === 'diffusion' || component === 'autoencoder')
      ? 'convolution-2d'
      : undefined)
  );
}

function find(roles: Roles, word: string): RoleId | undefined {
  return Object.hasOwn(roles, word) ? roles[word] : undefined;
}

function isNorm(name: string): boolean {
  return /norm|(?:^|_)ln(?:_|\d|$)/i.test(name);
}

function roleBelow(module: readonly string[]): RoleId | undefined {
  for (let at = module.length - 1; at >= 0; at--) {
    const role = find(BELOW, module[at]!);
    if (role) return role;
  }
  return undefined;
}

function attentionRole(name: string, above: readonly string[]): RoleId | undefined {
  // The second attention in a U-Net's transformer block reads the text.
  const crossed =
    above.some((word) => CROSS_ATTENTION.has(word)) || (above.at(-1) === 'attn2' && name.startsWith('to_'));
  if (crossed) {
    const role = find(ATTENTION_PARTS, name);
    return role && (find(IN_CROSS_ATTENTION, role) ?? role);
  }
  return find(above.some((word) => ATTENTION.has(word)) ? ATTENTION_PARTS : ATTENTION_PLAIN, name);
}

function feedForwardRole(name: string, number: string | undefined, above: readonly string[]): RoleId | undefined {
  const within = FEED_FORWARD.has(name) || above.some((word) => FEED_FORWARD.has(word));
  let role = find(within ? FEED_FORWARD_PARTS : FEED_FORWARD_PLAIN, name);
  if (within) {
    // A sequence of matrix, activation, matrix: `mlp.0` and `mlp.2`; in diffusers `ff.net.0.proj` and `ff.net.2`.
    const sequence = FEED_FORWARD.has(name) || name === 'net';
    if (sequence && number === '0') role = 'feed-forward-up';
    if (sequence && number === '2') role = 'feed-forward-down';
    if (name === 'proj' && above.at(-2) === 'net' && above.at(-1) === '0') role = 'feed-forward-up';
    if (name === 'gate' && above.some((word) => MIXTURE.has(word))) return 'expert-router';
  }
  if (above.includes('merger')) {
    if (role === 'feed-forward-up') return 'patch-merger-up';
    if (role === 'feed-forward-down') return 'patch-merger-down';
  }
  if (role === undefined) return undefined;
  if (above.includes('experts')) return find(AS_EXPERT, role);
  if (above.some((word) => SHARED_EXPERT.has(word))) return find(AS_SHARED_EXPERT, role);
  return role;
}
