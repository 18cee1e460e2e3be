/** The ERNIE family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasSharedLength, isSparse } from './conditions.js';
import {
  attention,
  decoder,
  feedForward,
  NEIGHBORS,
  SECTIONS_IN_ORDER,
  SOFTMAX_EXPERTS,
  serial,
} from './forward-pieces.js';
import { RMS } from './key-pieces.js';
import { layers, when } from './notation.js';
import { ATTENTION, DECODER, EXPERTS, GATED, ROUTER_BIAS, SHARED_EXPERT, TIED } from './tensor-pieces.js';

const ERNIE_TENSORS = layers(TIED, `${DECODER} attn_output:bias?`);

export const ERNIE = (): Family => ({
  ernie4_5: {
    tensors: ERNIE_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('silu'))),
  },
  'ernie4_5-moe': {
    tensors: layers(
      TIED,
      `${ATTENTION} attn_output:bias? ffn_norm`,
      when(
        isSparse,
        [`${EXPERTS.replace('ffn_gate_exps', '$&?')} ${ROUTER_BIAS}?`, when(hasSharedLength, SHARED_EXPERT)],
        GATED,
      ),
    ),
    keys: [RMS, 'expert_feed_forward_length', 'interleave_moe_layer_step'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('silu', { experts: SOFTMAX_EXPERTS }))),
  },
  paddleocr: {
    tensors: ERNIE_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(SECTIONS_IN_ORDER), feedForward('silu'))),
  },
});
