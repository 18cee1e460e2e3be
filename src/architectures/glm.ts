/** The GLM family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasSharedCount, isSparse } from './conditions.js';
import { deepseekScale } from './deepseek.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  keyedExperts,
  NEIGHBORS,
  POST_NORMS,
  SECTIONS_IN_ORDER,
  serial,
} from './forward-pieces.js';
import { EXPERTS_SHARED, INDEXER_KEYS, RMS } from './key-pieces.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  DEEPSEEK_SPARSE,
  EXPERTS,
  GATED,
  INDEXER,
  LATENT_BY_HEAD,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  ROUTER_BIAS,
  SHARED_EXPERT,
  TIED,
} from './tensor-pieces.js';

const GLM4_MOE = [
  `${ATTENTION} attn_q_norm? attn_k_norm? post_attention_norm`,
  when(isSparse, [`${EXPERTS} ${ROUTER_BIAS}`, when(hasSharedCount, SHARED_EXPERT)], GATED),
];

const GLM_DSA = [LATENT_BY_HEAD, maybe(INDEXER), DEEPSEEK_SPARSE];

export const GLM = (): Family => ({
  chatglm: {
    tensors: layers(TIED, `${ATTENTION} ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('silu', { gateInUp: true }))),
  },
  'glm-dsa': {
    tensors: withNextToken(layers(TIED, ...GLM_DSA), [...GLM_DSA, NEXT_TOKEN]),
    keys: [RMS, ...EXPERTS_SHARED, ...INDEXER_KEYS, 'attention.q_lora_rank', 'attention.kv_lora_rank'],
    lengths: {},
    cache: {
      cache: 'layers',
      latent: true,
      indexer: 'listed-or-every-fourth',
    },
    forward: decoder(
      serial(
        {
          kind: 'latent-attention',
          rotation: NEIGHBORS,
          scale: deepseekScale(null),
          // llama.cpp sets no epsilon for the norm of the indexer's keys.
          indexer: { rotation: NEIGHBORS, epsilon: 0 },
        },
        feedForward('silu', { experts: keyedExperts('sigmoid') }),
      ),
    ),
  },
  glm4: {
    tensors: withNextToken(
      layers(TIED, `${ATTENTION} post_attention_norm ffn_norm ${PLAIN} post_ffw_norm`),
      [`${ATTENTION} post_attention_norm ffn_norm ${PLAIN} post_ffw_norm`, NEXT_TOKEN],
      'neither',
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(({ list }) =>
      serial(
        // If there are sections for images, llama.cpp rotates halves, otherwise neighbors.
        attention(list('rope.dimension_sections')?.some((one) => one !== 0) ? SECTIONS_IN_ORDER : NEIGHBORS),
        feedForward('silu', { gateInUp: true }),
        POST_NORMS,
      ),
    ),
  },
  glm4moe: {
    tensors: withNextToken(layers(TIED, ...GLM4_MOE), [...GLM4_MOE, NEXT_TOKEN]),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(({ list }) =>
      serial(
        attention(list('rope.dimension_sections')?.some((one) => one !== 0) ? SECTIONS_IN_ORDER : HALVES, {
          headNorm: HEAD_NORM,
        }),
        feedForward('silu', { experts: keyedExperts('sigmoid') }),
        { network: { norm: 'post_attention_norm' } },
      ),
    ),
  },
});
