/** Models in which layers that keep a state stand between layers that attend. */

import type { Family } from './architecture.js';
import { hybridCache } from './cache-pieces.js';
import { hasExperts, hasFeedForward, isNemotronRecurrent, isRecurrent, isSparse } from './conditions.js';
import { RMS, STATE_SPACE } from './key-pieces.js';
import { KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  EXPERTS,
  GATED,
  GATED_BIASES,
  MAMBA,
  MAMBA2,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  QK_NORMS,
  ROPE_FREQS,
  SELF_ATTENTION,
  TIED,
} from './tensor-pieces.js';

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

/** LFM2: short convolutions and attention in turn. */
const LFM2_ENDS = 'token_embd token_embd_norm output? dense_2? dense_2:bias?';

const LFM2 = [
  'attn_norm ffn_norm',
  when(isRecurrent, 'shortconv.conv shortconv.in_proj shortconv.out_proj', `${SELF_ATTENTION} ${QK_NORMS}`),
];

export const HYBRIDS = (): Family => ({
  'falcon-h1': {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `${MAMBA2.replace('ssm_norm', '$&?')} ${ATTENTION} attn_output:bias? ffn_norm:- ${GATED} ${GATED_BIASES}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: hybridCache('mamba-2', { layers: 'beside-cache' }),
    forward: NOT_DESCRIBED,
  },
  jamba: {
    tensors: layers(
      TIED,
      'attn_norm ffn_norm',
      when(isRecurrent, `${MAMBA} ssm_dt_norm ssm_b_norm ssm_c_norm`, SELF_ATTENTION),
      'ffn_gate_inp+ffn_gate_exps+ffn_up_exps+ffn_down_exps|ffn_gate+ffn_up+ffn_down',
    ),
    keys: [RMS, ...STATE_SPACE],
    lengths: {},
    cache: hybridCache('mamba'),
    forward: NOT_DESCRIBED,
  },
  lfm2: {
    tensors: layers(LFM2_ENDS, ...LFM2, GATED),
    keys: [RMS, 'shortconv.l_cache'],
    lengths: {},
    cache: {
      ...hybridCache('short-convolution', { snapshots: true }),
      window: { when: 'size-given', layers: 'attending' },
    },
    forward: NOT_DESCRIBED,
  },
  lfm2moe: {
    tensors: layers(LFM2_ENDS, ...LFM2, when(isSparse, `${EXPERTS} exp_probs_b:bias`, GATED)),
    keys: [RMS, 'shortconv.l_cache'],
    lengths: {},
    cache: hybridCache('short-convolution', { snapshots: true }),
    forward: NOT_DESCRIBED,
  },
  'minimax-01': {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: hybridCache('lightning', { layers: { interval: 8 } }),
    forward: NOT_DESCRIBED,
  },
  nemotron_h: {
    tensors: NEMOTRON_H,
    keys: [RMS],
    lengths: {},
    cache: hybridCache('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true }),
    forward: NOT_DESCRIBED,
  },
  nemotron_h_moe: {
    // Its layers for next-token prediction came after the version that these rows are from.
    tensors: withNextToken(NEMOTRON_H, [
      maybe(
        `attn_norm post_attention_norm ${SELF_ATTENTION} attn_output:bias ${NEMOTRON_EXPERTS} ${PLAIN} ${NEXT_TOKEN}`,
      ),
    ]),
    keys: [RMS],
    lengths: {},
    cache: {
      ...hybridCache('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true }),
      nextTokenLayers: 'counted',
    },
    forward: NOT_DESCRIBED,
  },
  plamo2: {
    tensors: layers(
      TIED,
      'attn_norm post_attention_norm:- ffn_norm post_ffw_norm:-',
      PLAIN,
      when(
        isRecurrent,
        'ssm_in ssm_conv1d ssm_x ssm_dt ssm_dt:bias ssm_a:- ssm_d:- ssm_out ssm_dt_norm:- ssm_b_norm:- ssm_c_norm:-',
        `attn_qkv ${QK_NORMS} attn_output`,
      ),
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: { ...hybridCache('mamba-2'), headLengthsAlways: true },
    forward: NOT_DESCRIBED,
  },
});
