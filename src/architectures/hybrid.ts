/** Hybrid models: some layers keep a state, others use attention. */

import type { Family } from './architecture.js';
import { hybridCache } from './cache-pieces.js';
import { hasExperts, hasFeedForward, isLightning, isNemotronRecurrent, isRecurrent, isSparse } from './conditions.js';
import type { Block, Experts, Forward, Step } from './forward.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  keyed,
  keyedGating,
  keyLength,
  POST_NORMS,
  SOFTMAX_EXPERTS,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { LAYER, RMS, STATE_SPACE, STATE_SPACE_GROUPED } from './key-pieces.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  EXPERTS,
  GATED,
  GATED_BIASES,
  MAMBA,
  MAMBA2,
  PLAIN,
  QK_NORMS,
  QKV,
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

/** LFM2: short convolutions alternate with attention. */
const LFM2_ENDS = 'token_embd token_embd_norm output? dense_2? dense_2:bias?';

const LFM2 = [
  'attn_norm ffn_norm',
  when(isRecurrent, 'shortconv.conv shortconv.in_proj shortconv.out_proj', `${SELF_ATTENTION} ${QK_NORMS}`),
];

const NEMOTRON_H_TENSORS = withNextToken(
  NEMOTRON_H,
  [
    `attn_norm post_attention_norm ${SELF_ATTENTION} attn_output:bias? ${NEMOTRON_EXPERTS}`,
    'nextn.eh_proj nextn.enorm nextn.hnorm nextn.shared_head_norm',
  ],
  'trunk',
);

/** Short convolutions and attention; the output norm has another name. */
function lfm2Forward(experts?: Experts): Forward {
  return decoder(
    ({ recurs, flag }) => {
      const sees = flag('attention.causal') === false ? 'all' : 'earlier';
      return serial(
        recurs ? { kind: 'short-convolution', sees } : attention(HALVES, { headNorm: HEAD_NORM, sees }),
        feedForward('silu', experts === undefined ? {} : { experts }),
      );
    },
    { output: { norm: 'token_embd_norm' } },
  );
}

/**
 * A layer is one block: a state space, attention without rotation, or a network, depending on its number of heads and the width of its
 * network.
 */
const NEMOTRON_H_FORWARD: Forward = decoder(
  ({ recurs, number }) => {
    const network = feedForward('relu-squared', {
      experts: {
        gating: 'sigmoid',
        normalized: ({ flag }) => flag('expert_weights_norm') ?? false,
        scale: keyed('expert_weights_scale', 1),
        latent: 'ffn_latent',
      },
    });
    const block: Block = recurs
      ? { kind: 'mamba-2' }
      : (number('feed_forward_length') ?? 0) > 0
        ? network
        : attention(null);
    return { steps: [{ branches: [{ norm: 'attn_norm', block }] }] };
  },
  { rmsEpsilonElse: 'layer' },
);

export const HYBRIDS = (): Family => ({
  'falcon-h1': {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `${MAMBA2.replace('ssm_norm', '$&?')} ${ATTENTION} attn_output:bias? ffn_norm:- ${GATED} ${GATED_BIASES}`,
    ),
    keys: [RMS, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: hybridCache('mamba-2', { layers: 'beside-cache' }),
    forward: decoder({
      steps: [
        {
          branches: [
            { norm: 'attn_norm', block: attention(HALVES) },
            { norm: 'attn_norm', block: { kind: 'mamba-2' } },
          ],
        },
        { branches: [{ norm: 'ffn_norm', block: feedForward('silu') }] },
      ],
    }),
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
    forward: decoder(({ recurs }) =>
      serial(recurs ? { kind: 'mamba' } : attention(null), feedForward('silu', { experts: UNNORMALIZED_EXPERTS })),
    ),
  },
  lfm2: {
    tensors: layers(LFM2_ENDS, ...LFM2, GATED),
    keys: [RMS, 'shortconv.l_cache'],
    lengths: {},
    cache: {
      ...hybridCache('short-convolution', { snapshots: true }),
      window: { when: 'size-given', layers: 'attending' },
    },
    forward: lfm2Forward(),
  },
  lfm2moe: {
    tensors: layers(LFM2_ENDS, ...LFM2, when(isSparse, `${EXPERTS} exp_probs_b:bias`, GATED)),
    keys: [RMS, 'shortconv.l_cache', 'expert_feed_forward_length', 'expert_gating_func'],
    lengths: {},
    cache: hybridCache('short-convolution', { snapshots: true }),
    forward: lfm2Forward({ gating: keyedGating(), normalized: true }),
  },
  'minimax-01': {
    tensors: layers(
      TIED,
      'attn_norm attn_output ffn_norm',
      when(isLightning, 'attn_norm_2 attn_qkv attn_gate', QKV),
      EXPERTS.replace('ffn_gate_exps', '$&?'),
    ),
    keys: [RMS, 'residual_scale'],
    lengths: { equalHeads: 'in-some' },
    cache: { cache: 'layers', state: { kind: 'lightning', layers: { interval: 8 } } },
    forward: decoder(({ recurs }) => {
      const network = feedForward('silu', { experts: SOFTMAX_EXPERTS });
      const step = (norm: string, block: Block): Step => ({
        branches: [{ norm, block }],
        residualIsNormed: true,
        residualScale: keyed('residual_scale', 0),
      });
      return {
        steps: [step('attn_norm', recurs ? { kind: 'lightning' } : attention(HALVES)), step('ffn_norm', network)],
      };
    }),
  },
  nemotron_h: {
    tensors: NEMOTRON_H_TENSORS,
    keys: [LAYER, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: hybridCache('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true }),
    forward: NEMOTRON_H_FORWARD,
  },
  nemotron_h_moe: {
    tensors: NEMOTRON_H_TENSORS,
    keys: [LAYER, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: hybridCache('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true }),
    forward: NEMOTRON_H_FORWARD,
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
    keys: [RMS, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: { ...hybridCache('mamba-2'), headLengthsAlways: true },
    forward: decoder(({ recurs, number }) =>
      serial(
        recurs
          ? { kind: 'mamba', byHead: true }
          : attention(HALVES, {
              headNorm: HEAD_NORM,
              scale: (at) => 1 / Math.sqrt(number('attention.value_length') ?? keyLength(at)),
            }),
        feedForward('silu', { gateInUp: true }),
        POST_NORMS,
      ),
    ),
  },
});
