/** The Granite family. */

import type { Family } from './architecture.js';
import { hybridCache, PLAIN_CACHE } from './cache-pieces.js';
import { hasExperts, hasSharedLength, isRecurrent } from './conditions.js';
import { NEIGHBORS_WITH_FACTORS, scaledDecoder } from './forward-pieces.js';
import { RMS, STATE_SPACE_GROUPED, WINDOW_LIST } from './key-pieces.js';
import { NOT_DESCRIBED } from './not-known.js';
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

/** Like llama, with shared experts where the file says how wide they are. */
const GRANITE_TENSORS = layers(
  `${TIED} ${ROPE}`,
  `${ATTENTION} attn_output:bias? ffn_norm`,
  when(
    hasExperts,
    [EXPERTS.replace('ffn_gate_exps', '$&?'), when(hasSharedLength, SHARED_EXPERT)],
    `${GATED} ${GATED_BIASES}`,
  ),
);

export const GRANITE = (): Family => ({
  granite: {
    tensors: GRANITE_TENSORS,
    keys: [RMS, 'logit_scale'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: scaledDecoder(({ flag }) => (flag('rope.scaling.finetuned') === false ? null : NEIGHBORS_WITH_FACTORS)),
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
    forward: NOT_DESCRIBED,
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
      // What each adapter adds to these matrices, as two narrow ones; the first adapter is none.
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
    forward: NOT_DESCRIBED,
  },
});
