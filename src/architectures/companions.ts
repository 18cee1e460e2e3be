/** Models that run only together with another model or in a separate program: projectors, draft models and speech models. */

import type { Family } from './architecture.js';
import { NO_CACHE, PLAIN_CACHE } from './cache-pieces.js';
import { hasStreams, hasWindow } from './conditions.js';
import { attention, decoder, feedForward, HEAD_NORM, NEIGHBORS, SECTIONS_IN_TURNS, serial } from './forward-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { LENGTHS_OF_TARGET, NOT_DESCRIBED, NUMBERS_OF_TARGET, PROJECTOR_LOADER } from './not-known.js';
import { layers, when, where } from './notation.js';
import {
  EXPERTS,
  GATED,
  NORMED_DECODER,
  PLAIN,
  QK_NORMS,
  QKV,
  QUERY_LATENT,
  SHARED_EXPERT,
  TIED,
  withBiases,
} from './tensor-pieces.js';

/** A layer of DeepSeek V4 without compressed keys. */
const DFLASH_STREAMS = [
  `attn_norm attn_sinks ${QUERY_LATENT} attn_kv attn_kv_a_norm attn_output_a attn_output_b`,
  'hc_attn_fn hc_attn_base hc_attn_scale hc_ffn_fn hc_ffn_base hc_ffn_scale',
  `ffn_norm ${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`,
].join(' ');

export const COMPANIONS = (): Family => ({
  clip: {
    tensors: PROJECTOR_LOADER,
    keys: PROJECTOR_LOADER,
    lengths: PROJECTOR_LOADER,
    cache: NO_CACHE,
    forward: NOT_DESCRIBED,
    numbers: PROJECTOR_LOADER,
  },
  dflash: {
    tensors: layers(
      [
        'token_embd? d2t:-? fc enc.output_norm output_norm output?',
        'markov_w1+markov_w2? markov_w2:scale? conf_proj? conf_proj:bias? fc:scale?',
        'selector_hidden+selector_predecessor+selector_successor?',
        when(hasStreams, 'output_hc_fn output_hc_base output_hc_scale'),
      ],
      when(hasStreams, DFLASH_STREAMS, [
        `attn_norm attn_q attn_k attn_v attn_output ${QK_NORMS} attn_sinks? ffn_norm ${GATED}`,
        'attn_conv_base:-+attn_conv_proj+ffn_conv_base:-+ffn_conv_proj?',
      ]),
    ),
    keys: [
      RMS,
      'target_layers',
      where(
        hasStreams,
        'attention.q_lora_rank',
        'attention.sliding_window',
        'expert_feed_forward_length',
        'expert_shared_count',
        'expert_weights_scale',
        'expert_weights_norm',
        'expert_gating_func',
        'swiglu_clamp_exp',
        'attention.output_group_count',
        'attention.output_lora_rank',
        'hyper_connection.sinkhorn_iterations',
        'hyper_connection.epsilon',
      ),
      where(hasWindow, 'attention.sliding_window_pattern'),
    ],
    lengths: LENGTHS_OF_TARGET,
    cache: { cache: 'layers', window: { when: 'size-given', layers: 'list' } },
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_OF_TARGET,
  },
  eagle3: {
    tensors: layers(
      'fc enc.output_norm? output_norm output? token_embd? d2t:-? rope_freqs?',
      `attn_norm attn_norm_2 attn_q attn_k attn_v attn_output ffn_norm ${GATED}`,
    ),
    keys: [RMS, 'target_hidden_size'],
    lengths: LENGTHS_OF_TARGET,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_OF_TARGET,
  },
  pockettts: {
    tensors: layers(
      'token_embd output_norm output_norm:bias',
      `${withBiases('attn_norm ffn_norm')} ${QKV} attn_output ${PLAIN}`,
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('gelu')), { norm: 'layer' }),
  },
  qwen3tts: {
    tensors: layers(`${TIED} cls.output?`, NORMED_DECODER),
    keys: [RMS, 'rope.dimension_sections'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(SECTIONS_IN_TURNS, { headNorm: HEAD_NORM }), feedForward('silu'))),
    outputRows: 3072,
  },
});
