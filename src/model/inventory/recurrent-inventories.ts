/** Models that keep a state instead of looking back: Mamba, RWKV, and those in which such layers stand between others. */

import {
  hasExperts,
  hasFeedForward,
  hasSharedLength,
  isLinear,
  isNemotronRecurrent,
  isRecurrent,
  isSparse,
} from './conditions.js';
import {
  ATTENTION,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  GATED_BIASES,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  QK_NORMS,
  QKV,
  ROPE_FREQS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
  withBiases,
} from './inventory-pieces.js';
import { type Inventories, layers, when, withNextToken } from './notation.js';

const SELF_ATTENTION = `${QKV} attn_output`;

/** Mamba's block, and that of Mamba 2 (the bias of whose convolution some models lack). */
const MAMBA = 'ssm_in ssm_conv1d ssm_conv1d:bias ssm_x ssm_dt ssm_dt:bias ssm_a:- ssm_d:- ssm_out';
const MAMBA2 = 'ssm_in ssm_conv1d ssm_conv1d:bias? ssm_dt:bias ssm_a:- ssm_d:- ssm_norm ssm_out';

const NEMOTRON_EXPERTS =
  'ffn_gate_inp exp_probs_b:bias ffn_latent_down? ffn_latent_up? ffn_up_exps ffn_down_exps ffn_up_shexp ffn_down_shexp';
const NEMOTRON_H = layers(
  TIED,
  'attn_norm',
  when(isNemotronRecurrent, MAMBA2, [
    when(
      hasFeedForward,
      [when(hasExperts, NEMOTRON_EXPERTS, `${PLAIN} ffn_up:bias? ffn_down:bias?`)],
      `${SELF_ATTENTION} attn_output:bias?`,
    ),
  ]),
);

/** Qwen's layers with a gated delta rule; the files of before 2026 have its inputs in one matrix. */
const DELTA = 'ssm_conv1d ssm_dt:bias ssm_a:- ssm_norm ssm_out';
const QWEN_NORMS = 'attn_norm post_attention_norm';
const QWEN_ATTENTION = `${SELF_ATTENTION} ${QK_NORMS}`;
const QWEN_EXPERTS = `${FUSED_EXPERTS} ffn_gate_inp_shexp ${SHARED_EXPERT}`;
const QWEN35 = when(isLinear, `attn_qkv attn_gate ${DELTA} ssm_beta ssm_alpha`, QWEN_ATTENTION);

/** LFM2: short convolutions and attention in turn. */
const LFM2_ENDS = 'token_embd token_embd_norm output? dense_2? dense_2:bias?';
const LFM2 = [
  'attn_norm ffn_norm',
  when(isRecurrent, 'shortconv.conv shortconv.in_proj shortconv.out_proj', `${SELF_ATTENTION} ${QK_NORMS}`),
];

const RWKV_NORMED = `token_embd ${withBiases('token_embd_norm output_norm')} output`;
const TIME_MIX = 'time_mix_key time_mix_value time_mix_receptance time_mix_output';
const RWKV6 =
  'time_mix_w1 time_mix_w2 time_mix_lerp_x time_mix_decay time_mix_decay_w1 time_mix_decay_w2 time_mix_gate';
const RWKV6_LERPS = 'time_mix_lerp_w time_mix_lerp_k time_mix_lerp_v time_mix_lerp_r time_mix_lerp_g';
const RWKV7 = [
  'time_mix_w0 time_mix_w1 time_mix_w2 time_mix_a0 time_mix_a1 time_mix_a2 time_mix_v0 time_mix_v1 time_mix_v2',
  'time_mix_lerp_fused time_mix_k_k time_mix_k_a time_mix_r_k',
  TIME_MIX,
].join(' ');

export const RECURRENT: Inventories = {
  arwkv7: layers(
    UNTIED,
    `attn_norm ${RWKV7} time_mix_g1? time_mix_g2? time_mix_ln? time_mix_ln:bias? ffn_norm ${GATED}`,
  ),
  'falcon-h1': layers(
    `${TIED} ${ROPE_FREQS}`,
    `${MAMBA2.replace('ssm_norm', '$&?')} ${ATTENTION} attn_output:bias? ffn_norm:- ${GATED} ${GATED_BIASES}`,
  ),
  granitehybrid: layers(
    `${TIED} ${ROPE_FREQS}`,
    'attn_norm ffn_norm',
    when(isRecurrent, MAMBA2, `${SELF_ATTENTION} attn_output:bias?`),
    when(
      hasExperts,
      [EXPERTS.replace('ffn_gate_exps', '$&?'), when(hasSharedLength, SHARED_EXPERT)],
      `${GATED} ${GATED_BIASES}`,
    ),
  ),
  jamba: layers(
    TIED,
    'attn_norm ffn_norm',
    when(isRecurrent, `${MAMBA} ssm_dt_norm ssm_b_norm ssm_c_norm`, SELF_ATTENTION),
    'ffn_gate_inp+ffn_gate_exps+ffn_up_exps+ffn_down_exps|ffn_gate+ffn_up+ffn_down',
  ),
  lfm2: layers(LFM2_ENDS, ...LFM2, GATED),
  lfm2moe: layers(LFM2_ENDS, ...LFM2, when(isSparse, `${EXPERTS} exp_probs_b:bias`, GATED)),
  mamba: layers(TIED, `attn_norm ${MAMBA}`),
  mamba2: layers(TIED, `attn_norm ${MAMBA2.replace('ssm_conv1d:bias?', 'ssm_conv1d:bias')}`),
  nemotron_h: NEMOTRON_H,
  // Its layers for next-token prediction came after the version that these rows are from.
  nemotron_h_moe: withNextToken(NEMOTRON_H, [
    maybe(
      `attn_norm post_attention_norm ${SELF_ATTENTION} attn_output:bias ${NEMOTRON_EXPERTS} ${PLAIN} ${NEXT_TOKEN}`,
    ),
  ]),
  plamo2: layers(
    TIED,
    'attn_norm post_attention_norm:- ffn_norm post_ffw_norm:-',
    PLAIN,
    when(
      isRecurrent,
      'ssm_in ssm_conv1d ssm_x ssm_dt ssm_dt:bias ssm_a:- ssm_d:- ssm_out ssm_dt_norm:- ssm_b_norm:- ssm_c_norm:-',
      `attn_qkv ${QK_NORMS} attn_output`,
    ),
  ),
  qwen35: withNextToken(
    layers(TIED, QWEN_NORMS, QWEN35, GATED),
    [`${QWEN_NORMS} ${QWEN_ATTENTION} ${GATED} ${NEXT_TOKEN}`],
    { leaveOut: false },
  ),
  qwen35moe: withNextToken(
    layers(TIED, QWEN_NORMS, QWEN35, QWEN_EXPERTS),
    [`${QWEN_NORMS} ${QWEN_ATTENTION} ${QWEN_EXPERTS} ${NEXT_TOKEN}`],
    { leaveOut: false },
  ),
  qwen3next: withNextToken(
    layers(
      TIED,
      QWEN_NORMS,
      when(isLinear, `ssm_in|attn_qkv+attn_gate ssm_in? attn_qkv? attn_gate? ${DELTA} ssm_ba`, QWEN_ATTENTION),
      QWEN_EXPERTS,
    ),
    [`${QWEN_NORMS} ${QWEN_ATTENTION} ${QWEN_EXPERTS} ${NEXT_TOKEN}`],
    { leaveOut: false },
  ),
  rwkv6: layers(
    RWKV_NORMED,
    withBiases('attn_norm attn_norm_2 time_mix_ln'),
    `${RWKV6} ${TIME_MIX} time_mix_first`,
    `time_mix_lerp_fused|${RWKV6_LERPS.replaceAll(' ', '+')} time_mix_lerp_fused? ${maybe(RWKV6_LERPS)}`,
    'channel_mix_lerp_k channel_mix_lerp_r channel_mix_key channel_mix_value channel_mix_receptance',
  ),
  rwkv6qwen2: layers(
    `${UNTIED} output_norm:bias?`,
    `attn_norm ${RWKV6} ${TIME_MIX} time_mix_lerp_fused time_mix_first?`,
    'time_mix_key:bias? time_mix_value:bias? time_mix_receptance:bias?',
    `ffn_norm ${GATED}`,
  ),
  rwkv7: layers(
    RWKV_NORMED,
    withBiases('attn_norm attn_norm_2 time_mix_ln'),
    `${RWKV7} time_mix_g1 time_mix_g2 channel_mix_lerp_k channel_mix_key channel_mix_value`,
  ),
};
