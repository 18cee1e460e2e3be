/**
 * The roles of names in image, video and sound models. There `w1` is a gate and `proj_out` outputs the image; in a file of unknown kind
 * these would be guesses. Words that mean the same everywhere are in foreign-names.ts. The names are those of the blocks in
 * stable-diffusion.cpp (src/model) and in the PyTorch originals.
 */

import type { RoleId } from '../words/roles.js';
import type { Component } from './component.js';
import { type Family, MAKES } from './families.js';
import { foreignComponent } from './foreign-names.js';

type Roles = Readonly<Record<string, RoleId>>;

/** Complete paths outside the layers, without the words for the model. */
const WHOLE: Roles = {
  first: 'latent-embedding',
  img_in_patch: 'latent-embedding',
  patchify_proj: 'latent-embedding',
  audio_patchify_proj: 'latent-embedding',
  video_patch_proj: 'latent-embedding',
  audio_patch_proj: 'latent-embedding',
  init_x_linear: 'latent-embedding',
  patch_embedder: 'latent-embedding',
  ref_image_patch_embedder: 'latent-embedding',
  vace_patch_embedding: 'patch-embedding',
  pixel_embedder: 'latent-embedding',
  proj_in: 'latent-embedding',
  proj_out: 'latent-output',
  audio_proj_out: 'latent-output',
  video_out: 'latent-output',
  audio_out: 'latent-output',
  final_linear: 'latent-output',
  'last.linear': 'latent-output',
  'head.head': 'latent-output',
  'final_layer.video_out': 'latent-output',
  'final_layer.audio_out': 'latent-output',
  'final_layer2.linear': 'latent-output',
  'norm_out.linear_2': 'latent-output',
  'final_layer.norm_final': 'output-norm',
};

/** Words below which every matrix has the same role; the last of them in a path counts. */
const BELOW: Roles = {
  tmlp: 'time-embedding',
  tproj: 'time-embedding',
  t_embedding: 'time-embedding',
  t_embedder1: 'time-embedding',
  time_text_embed: 'time-embedding',
  time_embedder: 'time-embedding',
  time_r_in: 'time-embedding',
  time_pos_embed: 'time-embedding',
  dual_time_embed: 'time-embedding',
  t_conditioner: 'time-embedding',
  s_embedder: 'latent-embedding',
  img_embedder: 'latent-embedding',
  nerf_image_embedder: 'latent-embedding',
  nerf_final_layer_conv: 'latent-output',
  p_embedder: 'condition-embedding',
  c_embedder: 'condition-embedding',
  pooled_embedder: 'condition-embedding',
  txt_embedder: 'condition-embedding',
  caption_embedder: 'condition-embedding',
  audio_caption_projection: 'condition-embedding',
  txtmlp: 'condition-embedding',
  text_proj: 'condition-embedding',
  text_embed: 'condition-embedding',
  llm_cond_proj: 'condition-embedding',
  condition_proj: 'condition-embedding',
  cond_proj: 'condition-embedding',
  cond_seq_linear: 'condition-embedding',
  input_embedder: 'condition-embedding',
  byt5_in: 'condition-embedding',
  vision_in: 'condition-embedding',
  img_emb: 'condition-embedding',
  label_emb: 'condition-embedding',
  add_embedding: 'condition-embedding',
  t5_yproj: 'condition-embedding',
  distilled_guidance_layer: 'condition-embedding',
  lq_proj: 'condition-embedding',
  emb_layers: 'modulation',
  time_emb_proj: 'modulation',
  mod: 'modulation',
  mod_x: 'modulation',
  mod_y: 'modulation',
  modX: 'modulation',
  modC: 'modulation',
  modCX: 'modulation',
  modF: 'modulation',
  adaln_proj: 'modulation',
  adaln_modulation: 'modulation',
  adaln_modulation_self_attn: 'modulation',
  adaln_modulation_cross_attn: 'modulation',
  adaln_modulation_mlp: 'modulation',
  adaLN_modulation_img: 'modulation',
  adaLN_modulation_txt: 'modulation',
  prompt_adaln_single: 'modulation',
  audio_adaln_single: 'modulation',
  norm_out_modulation: 'modulation',
  time_modulation: 'modulation',
  t_block: 'modulation',
  param_generator: 'modulation',
  double_stream_modulation_img: 'modulation',
  double_stream_modulation_txt: 'modulation',
  single_stream_modulation: 'modulation',
};

/** Last words. */
const LAST: Roles = {
  emb_pos: 'position-embedding',
  positional_encoding: 'position-embedding',
  pos_encoder: 'position-embedding',
  register_tokens: 'learned-query',
  learnable_registers: 'learned-query',
  mask_token: 'learned-query',
  cap_pad_token: 'learned-query',
  x_pad_token: 'image-padding',
  cond_type_embedding: 'condition-embedding',
  embed_image_indicator: 'condition-embedding',
  k_img: 'cross-attention-key',
  v_img: 'cross-attention-value',
  to_gate_logits: 'attention-gate',
  proj_x: 'attention-output',
  proj_y: 'attention-output',
  proj_mlp: 'feed-forward-up',
  audio_scale_shift_table: 'modulation-table',
  prompt_scale_shift_table: 'modulation-table',
  audio_prompt_scale_shift_table: 'modulation-table',
  'mean-of-means': 'latent-mean',
  latents_mean: 'latent-mean',
  'std-of-means': 'latent-deviation',
  latents_std: 'latent-deviation',
  gamma: 'norm',
  qnorm: 'query-norm',
  knorm: 'key-norm',
  q_rms_norm: 'query-norm',
  q_rms_norm_t: 'query-norm',
  k_rms_norm: 'key-norm',
  k_rms_norm_t: 'key-norm',
  norm_k_img: 'key-norm',
};

/** Parts of attention that name the stream, image or text. */
const STREAM =
  /^(?:(?:img|txt|self|instruct|x|y)_)?(?:attn_|to_)?(q|k|v|o|out|qkv|proj)(?:_[txy])?$|^w[12]?(q|k|v|o)$|^(?:add_)?(?:img_|instruct_)(?:to_)?(q|k|v|out)$/;

const OF_STREAM: Roles = {
  q: 'attention-query',
  k: 'attention-key',
  v: 'attention-value',
  o: 'attention-output',
  out: 'attention-output',
  proj: 'attention-output',
  qkv: 'attention-query-key-value',
};

const ATTENTION = /attn|attention|^processor$/i;
const FEED_FORWARD = /^(?:(?:\w+_)?(?:mlp|ff|ffn|feed_forward)(?:_[ictxy]|[CX])?|experts|shared_experts|mlp[CX])$/;

/** Last words in a feed-forward block. */
const FEED_FORWARD_LAST: Roles = {
  w1: 'feed-forward-gate',
  w2: 'feed-forward-down',
  w3: 'feed-forward-up',
  gate: 'feed-forward-gate',
  up: 'feed-forward-up',
  down: 'feed-forward-down',
  layer1: 'feed-forward-up',
  layer2: 'feed-forward-down',
  c_fc1: 'feed-forward-gate',
  c_fc2: 'feed-forward-up',
  c_proj: 'feed-forward-down',
  linear_fc1: 'feed-forward-up',
  linear_fc2: 'feed-forward-down',
  mlp_in: 'feed-forward-up',
  mlp_out: 'feed-forward-down',
};

const EXPERT: Roles = {
  'feed-forward-gate': 'expert-gate',
  'feed-forward-up': 'expert-up',
  'feed-forward-down': 'expert-down',
};
const SHARED_EXPERT: Roles = {
  'feed-forward-gate': 'shared-expert-gate',
  'feed-forward-up': 'shared-expert-up',
  'feed-forward-down': 'shared-expert-down',
};

/** Convolutions of U-Nets and autoencoders. */
const CONVOLUTION =
  /^(?:conv\w*|\w*_conv|op|in_layers|out_layers|skip_connection|conv_shortcut|nin_shortcut|shortcut|proj_in|proj_out|quant_conv|resample|residual|input_hint_block|zero_convs|middle_block_out|out|sub|model|input_blocks|\d+)$/;
const U_NET =
  /^(?:input_blocks|output_blocks|middle_block|down_blocks|up_blocks|mid_block|input_hint_block|zero_convs|middle_block_out)$/;
/** Modules whose sequence of norm, activation and convolution begins with the norm. */
const NORM_FIRST = new Set(['in_layers', 'out_layers', 'residual', 'out', 'head']);

/** Longest path that is examined; no real one is longer. */
const MOST_WORDS = 16;

/** The part of the model that a tensor in such a file belongs to. */
export function familyComponent(family: Family, segments: readonly string[], layerAt: number): Component {
  const { component } = MAKES[family.makes];
  const said = foreignComponent(segments, layerAt);
  if (component === 'diffusion')
    return said === 'autoencoder' || isEncoderOfPrompts(segments) ? reached(said) : component;
  if (component === 'encoder') return said === 'vision' || said === 'decoder' ? said : component;
  if (component === 'audio') return said === 'decoder' ? 'decoder' : component;
  return component;
}

const ENCODER_WRAPPERS = new Set([
  'text_encoders',
  'text_encoder',
  'text_encoder_2',
  'text_model',
  'cond_stage_model',
  'conditioner',
  'te',
]);

function isEncoderOfPrompts(segments: readonly string[]): boolean {
  return ENCODER_WRAPPERS.has(segments[0] ?? '');
}

function reached(said: Component): Component {
  return said === 'autoencoder' ? said : 'encoder';
}

/**
 * The role of a module in such a file; undefined if its words do not show it. `module` are the words after the number of the layer, `head`
 * those before it.
 */
export function familyRole(
  module: readonly string[],
  head: readonly string[],
  component: Component,
): RoleId | undefined {
  if (module.length > MOST_WORDS) return undefined;
  const path = [...head, ...module];
  const number = /^\d+$/.test(module.at(-1) ?? '') ? module.at(-1) : undefined;
  // `input_blocks.0.0`: the word that names it comes before the number of the layer.
  const words = number === undefined ? path : path.slice(0, -1);
  const name = words.at(-1);
  if (name === undefined) return undefined;
  const above = words.slice(0, -1);
  if (component === 'audio' && /^conv\d$/.test(name)) return 'convolution-1d';
  if (component !== 'diffusion' && component !== 'autoencoder') return undefined;

  const from = path.findIndex((word) => !MODEL_WORDS.has(word));
  const whole = path.slice(from).join('.');
  if (head.length === 0 && Object.hasOwn(WHOLE, whole)) return WHOLE[whole];
  if (Object.hasOwn(LAST, name)) return LAST[name];
  if (name === 'proj_out' && head.at(-1) === 'single_transformer_blocks') return 'parallel-block-output';
  if (name === 'linear' && above.some((word) => /^norm\d?(?:_context|_out)?$|^norm_out$/.test(word)))
    return 'modulation';
  return (
    convolutionRole(name, number, above, component) ??
    feedForwardRole(name, above) ??
    streamRole(name, above) ??
    (/norm|_ln$/i.test(name) && name !== 'norm_out' ? undefined : below(path))
  );
}

const MODEL_WORDS = new Set(['model', 'diffusion_model', 'net', 'transformer', 'unet', 'first_stage_model', 'vae']);

function below(path: readonly string[]): RoleId | undefined {
  return path
    .map((word) => (Object.hasOwn(BELOW, word) ? BELOW[word] : undefined))
    .findLast((role) => role !== undefined);
}

function streamRole(name: string, above: readonly string[]): RoleId | undefined {
  const found = STREAM.exec(name);
  const part = name === 'output_proj' ? 'out' : (found?.[1] ?? found?.[2] ?? found?.[3]);
  const within = above.some((word) => ATTENTION.test(word));
  if (part === undefined) return name === 'gate' && within ? 'attention-gate' : undefined;
  // A short word needs a word for attention above it; longer names contain it.
  if (!within && !/attn|^to_|qkv|^w[12][qkvo]$/.test(name)) return undefined;
  const role = OF_STREAM[part];
  const crossed = above.some((word) => word.startsWith('cross_attn')) || above.at(-1) === 'attn2';
  return crossed && role !== undefined && part !== 'qkv'
    ? (role.replace('attention-', 'cross-attention-') as RoleId)
    : role;
}

function feedForwardRole(name: string, above: readonly string[]): RoleId | undefined {
  if (!above.some((word) => FEED_FORWARD.test(word))) return undefined;
  if (name === 'gate' && above.includes('ff_i')) return 'expert-router';
  if (!Object.hasOwn(FEED_FORWARD_LAST, name)) return undefined;
  const role = FEED_FORWARD_LAST[name] as RoleId;
  if (above.includes('experts')) return EXPERT[role];
  return above.includes('shared_experts') ? SHARED_EXPERT[role] : role;
}

function convolutionRole(
  name: string,
  number: string | undefined,
  above: readonly string[],
  component: Component,
): RoleId | undefined {
  const unet =
    U_NET.test(name) ||
    above.some((word) => U_NET.test(word)) ||
    (name === 'out' && above.every((word) => MODEL_WORDS.has(word)));
  if (!unet && component !== 'autoencoder') return undefined;
  if (above.some((word) => word.startsWith('transformer_blocks')) || name === 'emb_layers') return undefined;
  if (number === '0' && NORM_FIRST.has(name)) return 'norm';
  if (component === 'autoencoder' && number !== undefined && name === 'head') return 'convolution-2d';
  const attends = above.some((word) => ATTENTION.test(word));
  if (attends && /^(?:proj_out|proj)$/.test(name))
    return component === 'autoencoder' ? 'attention-output' : 'convolution-2d';
  return CONVOLUTION.test(name) ? 'convolution-2d' : undefined;
}
