/** The Granite family. */

import type { Family } from './architecture.js';
import { hybridCache, PLAIN_CACHE } from './cache-pieces.js';
import { hasExperts, hasSharedLength, isRecurrent } from './conditions.js';
import { NEIGHBORS_WITH_FACTORS, scaledDecoder } from './forward-pieces.js';
import { RMS } from './key-pieces.js';
import { KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers, when } from './notation.js';
import {
  ATTENTION,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  GATED_BIASES,
  LLAMA_TENSORS,
  MAMBA2,
  ROPE,
  ROPE_FREQS,
  SELF_ATTENTION,
  SHARED_EXPERT,
  TIED,
} from './tensor-pieces.js';

export const GRANITE = (): Family => ({
  granite: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
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
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
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
    keys: [RMS],
    lengths: {},
    cache: hybridCache('mamba-2'),
    forward: NOT_DESCRIBED,
  },
  granitemoe: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: scaledDecoder(() => NEIGHBORS_WITH_FACTORS),
  },
  graniteswitch: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: { cache: 'layers', routerLayer: true },
    forward: NOT_DESCRIBED,
  },
});
