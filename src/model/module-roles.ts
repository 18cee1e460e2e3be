/**
 * Which module of llama.cpp's names has which role, by the trunk that it stands in. The names are those of
 * gguf-py/gguf/constants.py, src/llama-arch.cpp and tools/mtmd/clip-impl.h of llama.cpp, and those that ik_llama.cpp adds.
 */

import type { RoleId } from '../words/roles.js';
import { type Modules, mediaModules } from './media-module-roles.js';

/** What transformer blocks of any component have. */
const BLOCK: Modules = {
  attn_q: 'attention-query',
  attn_k: 'attention-key',
  attn_v: 'attention-value',
  attn_qkv: 'attention-query-key-value',
  attn_out: 'attention-output',
  attn_output: 'attention-output',
  attn_o: 'attention-output',
  attn_norm: 'attention-norm',
  attn_q_norm: 'query-norm',
  attn_k_norm: 'key-norm',
  attn_sinks: 'attention-sinks',
  ln1: 'attention-norm',
  ln2: 'feed-forward-norm',
  ls1: 'layer-scale',
  ls2: 'layer-scale',
  ffn_norm: 'feed-forward-norm',
  ffn_gate: 'feed-forward-gate',
  ffn_up: 'feed-forward-up',
  ffn_down: 'feed-forward-down',
  ffn_gate_inp: 'expert-router',
  ffn_gate_exps: 'expert-gate',
  ffn_up_exps: 'expert-up',
  ffn_down_exps: 'expert-down',
  exp_probs_b: 'expert-selection-bias',
};

const TEXT_BLOCK: Modules = {
  ...BLOCK,
  attn_norm_2: 'attention-norm-2',
  attn_output_norm: 'attention-output-norm',
  attn_sub_norm: 'attention-sub-norm',
  attn_gate: 'attention-gate',
  attn_rot_embd: 'rope-inverse-frequencies',
  attn_rel_b: 'relative-position-bias',
  rope_freqs: 'rope-frequencies',
  post_attention_norm: 'post-attention-norm',
  post_ffw_norm: 'post-feed-forward-norm',
  post_ffw_norm_1: 'post-feed-forward-norm',
  post_ffw_norm_2: 'post-expert-norm',
  pre_ffw_norm_2: 'expert-norm',
  layer_output_norm: 'layer-output-norm',
  layer_output_scale: 'layer-output-scale',

  // Multi-head latent attention, indexer and compressor (DeepSeek, GLM, Kimi, MiniMax).
  attn_q_a: 'attention-query-down',
  attn_q_a_norm: 'latent-query-norm',
  attn_q_b: 'attention-query-up',
  attn_kv: 'attention-shared-key-value',
  attn_kv_a_mqa: 'attention-key-value-down',
  attn_kv_a_norm: 'latent-key-value-norm',
  attn_kv_b: 'attention-key-value-up',
  attn_k_b: 'attention-key-up',
  attn_v_b: 'attention-value-up',
  attn_output_a: 'attention-output-down',
  attn_output_b: 'attention-output-up',
  'indexer.q_proj': 'indexer-query',
  'indexer.attn_q_b': 'indexer-query-up',
  'indexer.q_norm': 'indexer-query-norm',
  'indexer.k_proj': 'indexer-key',
  'indexer.attn_k': 'indexer-key',
  'indexer.k_norm': 'indexer-key-norm',
  'indexer.proj': 'indexer-head-weights',
  attn_compressor_kv: 'compressor-key-value',
  attn_compressor_gate: 'compressor-gate',
  attn_compressor_ape: 'compressor-position',
  attn_compressor_norm: 'compressor-norm',
  indexer_compressor_kv: 'compressor-key-value',
  indexer_compressor_gate: 'compressor-gate',
  indexer_compressor_ape: 'compressor-position',
  indexer_compressor_norm: 'compressor-norm',

  // T5 decoder.
  cross_attn_q: 'cross-attention-query',
  cross_attn_k: 'cross-attention-key',
  cross_attn_v: 'cross-attention-value',
  cross_attn_o: 'cross-attention-output',
  cross_attn_norm: 'cross-attention-norm',
  cross_attn_rel_b: 'cross-relative-position-bias',

  // Feed-forward variants and experts; `ffn_up.3` is one expert's matrix in files from before mid-2024.
  ffn: 'feed-forward-activation-scale',
  'ffn.act': 'feed-forward-activation-scale',
  ffn_sub_norm: 'feed-forward-sub-norm',
  ffn_norm_exps: 'expert-norm',
  'ffn_gate.{xid}': 'expert-gate',
  'ffn_up.{xid}': 'expert-up',
  'ffn_down.{xid}': 'expert-down',
  ffn_gate_up_exps: 'expert-gate-up',
  ffn_gate_tid2eid: 'expert-token-table',
  ffn_gate_inp_shexp: 'shared-expert-router',
  ffn_gate_shexp: 'shared-expert-gate',
  ffn_up_shexp: 'shared-expert-up',
  ffn_down_shexp: 'shared-expert-down',
  ffn_gate_chexps: 'chunk-expert-gate',
  ffn_up_chexps: 'chunk-expert-up',
  ffn_down_chexps: 'chunk-expert-down',
  ffn_latent_down: 'expert-latent-down',
  ffn_latent_up: 'expert-latent-up',
  ffn_routed_down: 'expert-latent-down',
  ffn_routed_up: 'expert-latent-up',
  ffn_routed_norm: 'expert-latent-norm',

  // Gemma 3n and 4: per-layer embeddings, AltUp, Laurel.
  inp_gate: 'per-layer-gate',
  proj: 'per-layer-projection',
  post_norm: 'per-layer-post-norm',
  altup_router: 'altup-router',
  altup_router_norm: 'altup-router-norm',
  altup_predict_coef: 'altup-prediction',
  altup_correct_coef: 'altup-correction',
  altup_correct_scale: 'altup-correction-scale',
  laurel_l: 'laurel-down',
  laurel_r: 'laurel-up',
  laurel_post_norm: 'laurel-norm',

  // Hyper-connections and residual attention.
  hc_attn_fn: 'hyper-connection',
  hc_attn_base: 'hyper-connection-base',
  hc_attn_scale: 'hyper-connection-scale',
  hc_ffn_fn: 'hyper-connection',
  hc_ffn_base: 'hyper-connection-base',
  hc_ffn_scale: 'hyper-connection-scale',
  attn_res_score: 'residual-score',
  ffn_res_score: 'residual-score',

  // State-space models, linear attention, short convolution.
  ssm_in: 'state-space-input',
  ssm_conv1d: 'state-space-convolution',
  ssm_x: 'state-space-selection',
  ssm_dt: 'state-space-time-step',
  ssm_dt_norm: 'state-space-time-step-norm',
  ssm_a: 'state-space-decay',
  ssm_b_norm: 'state-space-b-norm',
  ssm_c_norm: 'state-space-c-norm',
  ssm_d: 'state-space-skip',
  ssm_norm: 'state-space-norm',
  ssm_out: 'state-space-output',
  ssm_ba: 'linear-attention-decay-strength',
  ssm_alpha: 'linear-attention-decay',
  ssm_beta: 'linear-attention-strength',
  ssm_f: 'linear-attention-decay-gate',
  ssm_f_a: 'linear-attention-decay-gate',
  ssm_f_b: 'linear-attention-decay-gate-up',
  ssm_g: 'linear-attention-output-gate',
  ssm_g_a: 'linear-attention-output-gate',
  ssm_g_b: 'linear-attention-output-gate-up',
  ssm_conv1d_q: 'linear-attention-convolution',
  ssm_conv1d_k: 'linear-attention-convolution',
  ssm_conv1d_v: 'linear-attention-convolution',
  'shortconv.in_proj': 'short-convolution-input',
  'shortconv.conv': 'short-convolution',
  'shortconv.out_proj': 'short-convolution-output',

  // RWKV 6 and 7.
  time_mix_lerp_x: 'time-mix-lerp-input',
  time_mix_lerp_w: 'time-mix-lerp',
  time_mix_lerp_k: 'time-mix-lerp',
  time_mix_lerp_v: 'time-mix-lerp',
  time_mix_lerp_r: 'time-mix-lerp',
  time_mix_lerp_g: 'time-mix-lerp',
  time_mix_lerp_fused: 'time-mix-lerp',
  time_mix_w0: 'time-mix-decay',
  time_mix_w1: 'time-mix-low-rank-down',
  time_mix_w2: 'time-mix-low-rank-up',
  time_mix_decay: 'time-mix-decay',
  time_mix_decay_w1: 'time-mix-decay-down',
  time_mix_decay_w2: 'time-mix-decay-up',
  time_mix_first: 'time-mix-first',
  time_mix_receptance: 'time-mix-receptance',
  time_mix_key: 'time-mix-key',
  time_mix_value: 'time-mix-value',
  time_mix_gate: 'time-mix-gate',
  time_mix_g1: 'time-mix-gate-down',
  time_mix_g2: 'time-mix-gate-up',
  time_mix_output: 'time-mix-output',
  time_mix_ln: 'time-mix-norm',
  time_mix_a0: 'time-mix-rate',
  time_mix_a1: 'time-mix-rate-down',
  time_mix_a2: 'time-mix-rate-up',
  time_mix_v0: 'time-mix-first-value',
  time_mix_v1: 'time-mix-first-value-down',
  time_mix_v2: 'time-mix-first-value-up',
  time_mix_k_k: 'time-mix-removal-key',
  time_mix_k_a: 'time-mix-key-rate',
  time_mix_r_k: 'time-mix-bonus',
  channel_mix_lerp_k: 'channel-mix-lerp',
  channel_mix_lerp_r: 'channel-mix-lerp',
  channel_mix_key: 'channel-mix-key',
  channel_mix_value: 'channel-mix-value',
  channel_mix_receptance: 'channel-mix-receptance',

  // The extra layers that predict further tokens.
  'nextn.eh_proj': 'next-token-input',
  'nextn.embed_tokens': 'next-token-embedding',
  'nextn.enorm': 'next-token-embedding-norm',
  'nextn.hnorm': 'next-token-hidden-norm',
  'nextn.shared_head_head': 'next-token-output',
  'nextn.shared_head_norm': 'next-token-output-norm',

  // CogVLM: a second set of matrices for vectors that come from a picture.
  vis_attn_qkv: 'visual-expert-query-key-value',
  vis_attn_output: 'visual-expert-attention-output',
  vis_gate: 'visual-expert-gate',
  vis_up: 'visual-expert-up',
  vis_down: 'visual-expert-down',

  // ik_llama.cpp only.
  attn_kq_a_mqa: 'attention-latent-down',
  attn_indexer_q_b: 'indexer-query-up',
  attn_indexer_k: 'indexer-key',
  attn_indexer_k_norm: 'indexer-key-norm',
  attn_indexer_weights_proj: 'indexer-head-weights',
  attn_param_sink_kv: 'attention-sink-entries',
  attn_param_sink_k_pe: 'attention-sink-entries',
  attn_qa_conv: 'attention-convolution',
  attn_compresskv_conv: 'attention-convolution',
  attn_o_conv: 'attention-convolution',
  attn_mhc_phi: 'hyper-connection',
  attn_mhc_alpha: 'hyper-connection-scale',
  attn_mhc_beta: 'hyper-connection-base',
  attn_mhc_gamma: 'hyper-connection-norm',
  mlp_mhc_phi: 'hyper-connection',
  mlp_mhc_alpha: 'hyper-connection-scale',
  mlp_mhc_beta: 'hyper-connection-base',
  mlp_mhc_gamma: 'hyper-connection-norm',
  block_post_norm: 'layer-output-norm',
};

/** Modules of the language model outside its layers. */
const TEXT: Modules = {
  token_embd: 'token-embedding',
  token_embd_norm: 'token-embedding-norm',
  token_types: 'token-type-embedding',
  position_embd: 'position-embedding',
  rope_freqs: 'rope-frequencies',
  rope_factors_long: 'rope-factors-long',
  rope_factors_short: 'rope-factors-short',
  per_layer_token_embd: 'per-layer-token-embedding',
  per_layer_model_proj: 'per-layer-input-projection',
  per_layer_proj_norm: 'per-layer-input-norm',
  altup_proj: 'altup-projection',
  altup_unembd_proj: 'altup-unembedding',
  output: 'output',
  // A second, smaller copy of the output matrix that ik_llama.cpp makes for drafting.
  output_extra: 'output',
  output_norm: 'output-norm',
  output_hc_fn: 'hyper-connection-output',
  output_hc_base: 'hyper-connection-base',
  output_hc_scale: 'hyper-connection-scale',
  output_res_score: 'residual-score',
  cls: 'classifier-dense',
  'cls.norm': 'classifier-norm',
  'cls.output': 'classifier-output',
  dense_2: 'pooling-dense',
  dense_3: 'pooling-dense',

  // Draft models: Gemma 4's assistant, EAGLE-3, DFlash.
  'nextn.pre_projection': 'draft-input',
  'nextn.post_projection': 'draft-hidden-output',
  masked_embd_centroids: 'draft-clusters',
  masked_embd_ordering: 'draft-cluster-order',
  fc: 'draft-features',
  d2t: 'draft-vocabulary-map',
  markov_w1: 'draft-markov-embedding',
  markov_w2: 'draft-markov-output',
  conf_proj: 'draft-confidence',
  mtp_pre_proj: 'draft-input',
  mtp_post_proj: 'draft-hidden-output',
  mtp_centroids: 'draft-clusters',
  mtp_token_ordering: 'draft-cluster-order',
  dflash_fc: 'draft-features',
  dflash_hidden_norm: 'next-token-hidden-norm',
  'dflash_aux_hidden_norm.{xid}': 'next-token-hidden-norm',
  merge_mhc_phi: 'hyper-connection-output',
  merge_mhc_alpha: 'hyper-connection-scale',
  merge_mhc_beta: 'hyper-connection-base',
  merge_mhc_gamma: 'hyper-connection-norm',

  // WavTokenizer's decoder: codes in, sound out.
  conv1d: 'convolution-1d',
};

const ENCODER: Modules = { output_norm: 'encoder-output-norm' };

/** By trunk; the empty one is that of the language model outside its layers. */
const TEXT_MODULES: Readonly<Record<string, Modules>> = {
  '': TEXT,
  blk: TEXT_BLOCK,
  enc: ENCODER,
  'enc.blk': TEXT_BLOCK,
  dec: { output_norm: 'output-norm' },
  'dec.blk': TEXT_BLOCK,
  direction: { direction: 'control-vector' },
};

let media: Readonly<Record<string, Modules>> | undefined;

/**
 * The role of a module of llama.cpp's names; undefined where there is no such module in this trunk. `numbered` is the module
 * with its numbers: in a few of them a number tells a filter from a norm.
 */
export function moduleRole(trunk: string, module: string, numbered: string): RoleId | undefined {
  if (!Object.hasOwn(TEXT_MODULES, trunk)) media ??= mediaModules(BLOCK);
  const trunks = Object.hasOwn(TEXT_MODULES, trunk) || media === undefined ? TEXT_MODULES : media;
  const modules = Object.hasOwn(trunks, trunk) ? trunks[trunk] : undefined;
  if (modules === undefined) return undefined;
  if (Object.hasOwn(modules, numbered)) return modules[numbered];
  return Object.hasOwn(modules, module) ? modules[module] : undefined;
}
