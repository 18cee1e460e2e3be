/** The OLMo family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE, windowCache } from './cache-pieces.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  keyed,
  NEIGHBORS,
  normedBehind,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { layers } from './notation.js';
import { GATED, NORMED_SPARSE_DECODER, QK_NORMS, QKV, UNTIED } from './tensor-pieces.js';

export const OLMO = (): Family => ({
  olmo: {
    tensors: layers('token_embd output?', `${QKV} attn_output ${GATED}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      {
        steps: [
          {
            branches: [
              {
                norm: 'attn_norm',
                bareNorm: true,
                block: attention(NEIGHBORS, { clamp: keyed('attention.clamp_kqv', 0) }),
              },
            ],
          },
          { branches: [{ norm: 'ffn_norm', bareNorm: true, block: feedForward('silu') }] },
        ],
      },
      { norm: 'layer', output: { bareNorm: true } },
    ),
  },
  olmo2: {
    tensors: layers(UNTIED, `${QKV} attn_output ${QK_NORMS} post_attention_norm ${GATED} post_ffw_norm`),
    keys: [RMS],
    lengths: {},
    cache: windowCache(4),
    forward: decoder(({ slides }) =>
      normedBehind(
        attention(slides ? { pairs: 'halves', plain: true } : HALVES, { headNorm: HEAD_NORM }),
        feedForward('silu'),
      ),
    ),
  },
  olmoe: {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: UNNORMALIZED_EXPERTS })),
    ),
  },
});
