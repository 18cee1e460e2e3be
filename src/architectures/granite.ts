/** The Granite family. */

import type { Family } from './architecture.js';
import { hybridCache, PLAIN_CACHE } from './cache-pieces.js';
import { hasExperts, hasSharedLength, isRecurrent } from './conditions.js';
import type { LayerViewRule, Rotation } from './forward.js';
import { attention, KEYED_SCALE, keyed, NEIGHBORS_WITH_FACTORS, scaledDecoder } from './forward-pieces.js';
import { RMS, STATE_SPACE_GROUPED, WINDOW_LIST } from './key-pieces.js';
import { layers, when } from './notation.js';
import {
  ATTENTION,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  GATED_BIASES,
  MAMBA2,
  ROPE,
  ROPE_FREQS,
  SELF_ATTENTION,
  SHARED_EXPERT,
  TIED,
} from './tensor-pieces.js';

/** Like llama, with shared experts if the file gives their width. */
const GRANITE_TENSORS = layers(
  `${TIED} ${ROPE}`,
  `${ATTENTION} attn_output:bias? ffn_norm`,
  when(
    hasExperts,
    [EXPERTS.replace('ffn_gate_exps', '$&?'), when(hasSharedLength, SHARED_EXPERT)],
    `${GATED} ${GATED_BIASES}`,
  ),
);

/** The key that says whether the rotation was trained is a switch: false disables the rotation. */
const SWITCHED_ROTATION: LayerViewRule<Rotation | null> = ({ flag }) =>
  flag('rope.scaling.finetuned') === false ? null : NEIGHBORS_WITH_FACTORS;

const SWITCHED_ATTENTION = attention(SWITCHED_ROTATION, { scale: KEYED_SCALE });

export const GRANITE = (): Family => ({
  granite: {
    tensors: GRANITE_TENSORS,
    keys: [RMS, 'logit_scale'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: scaledDecoder(SWITCHED_ROTATION),
  },
  granite_swa: {
    tensors: layers(
      `${TIED} ${ROPE}`,
      `${ATTENTION} attn_output:bias? attn_sinks ffn_norm`,
      when(
        hasExperts,
        [FUSED_EXPERTS, when(hasSharedLength, 'ffn_up_shexp ffn_down_shexp')],
        `${GATED} ${GATED_BIASES}`,
      ),
    ),
    keys: [RMS, ...WINDOW_LIST, 'logit_scale'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: 'list' } },
    forward: scaledDecoder(({ number }) => (number('attention.rope_pattern') === 0 ? null : NEIGHBORS_WITH_FACTORS)),
  },
  granitehybrid: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      'attn_norm ffn_norm',
      when(isRecurrent, MAMBA2, `${SELF_ATTENTION} attn_output:bias?`),
      when(
        hasExperts,
        [EXPERTS.replace('ffn_gate_exps', '$&?'), when(hasSharedLength, SHARED_EXPERT)],
        `${GATED} ${GATED_BIASES}`,
      ),
    ),
    keys: [RMS, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: hybridCache('mamba-2'),
    forward: scaledDecoder(
      () => null,
      {},
      { mixing: ({ recurs }) => (recurs ? { kind: 'mamba-2' } : SWITCHED_ATTENTION) },
    ),
  },
  granitemoe: {
    tensors: GRANITE_TENSORS,
    keys: [RMS, 'logit_scale'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: scaledDecoder(() => NEIGHBORS_WITH_FACTORS),
  },
  graniteswitch: {
    tensors: layers(
      TIED,
      `attn_norm attn_qkv attn_output ffn_norm ${GATED}`,
      // Two narrow matrices for each of these, with the change that each adapter makes. The first adapter changes nothing.
      'attn_q attn_k attn_v attn_output ffn_gate ffn_up ffn_down'.replace(/\S+/g, '$&:lora_a $&:lora_b'),
    ),
    keys: [
      RMS,
      'logit_scale',
      'adapters.count',
      'adapters.lora_rank',
      'adapters.token_ids_activate',
      'adapters.token_ids_substitute',
    ],
    lengths: {},
    cache: { cache: 'layers', routerLayer: true },
    forward: { ...scaledDecoder(SWITCHED_ROTATION), adapters: { gain: keyed('adapters.router_gain', 15) } },
  },
});
