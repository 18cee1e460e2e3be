/** The Command family: attention and the feed-forward network read the output of the same norm. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasSharedCount, isCommandRPlus, isSparse } from './conditions.js';
import type { Forward } from './forward.js';
import {
  attention,
  decoder,
  feedForward,
  keyedExperts,
  NEIGHBORS,
  NEIGHBORS_WITH_FACTORS,
  parallel,
} from './forward-pieces.js';
import { LAYER } from './key-pieces.js';
import { layers, when, withNextToken } from './notation.js';
import { ATTENTION, FUSED_EXPERTS, GATED, NEXT_TOKEN, QK_NORMS, SHARED_EXPERT, TIED } from './tensor-pieces.js';

const COHERE2_EXPERTS = [FUSED_EXPERTS, when(hasSharedCount, SHARED_EXPERT)];

/** The kind of the norms follows from which epsilon the file has. */
const cohereMixture = (): Forward =>
  decoder(
    ({ slides, layer, number }) => {
      const kind = number('attention.layer_norm_rms_epsilon') ? 'rms' : 'layer';
      const turned = slides || layer < (number('leading_dense_block_count') ?? 0);
      const experts = keyedExperts('sigmoid', { sharedHalves: true });
      return {
        steps: [
          {
            branches: [
              { norm: 'attn_norm', normKind: kind, block: attention(turned ? NEIGHBORS_WITH_FACTORS : null) },
              { norm: 'ffn_norm', block: feedForward('silu', { experts }) },
            ],
          },
        ],
      };
    },
    {
      output: {
        normKind: ({ number }) => (number('attention.layer_norm_rms_epsilon') ? 'rms' : 'layer'),
        scale: ({ number }) => number('logit_scale') || 1,
      },
    },
  );

export const COHERE = (): Family => ({
  cohere2: {
    tensors: layers('token_embd output_norm', `${ATTENTION} ${GATED}`),
    keys: [LAYER, 'attention.sliding_window', 'logit_scale'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 4 } } },
    forward: decoder(({ slides }) => parallel(attention(slides ? NEIGHBORS_WITH_FACTORS : null), feedForward('silu')), {
      norm: 'layer',
      output: { scale: ({ number }) => number('logit_scale') || 1 },
    }),
  },
  cohere2moe: {
    tensors: withNextToken(layers(TIED, ATTENTION, when(isSparse, COHERE2_EXPERTS, GATED)), [
      ATTENTION,
      ...COHERE2_EXPERTS,
      NEXT_TOKEN,
    ]),
    keys: ['attention.sliding_window', 'logit_scale', 'leading_dense_block_count', 'expert_feed_forward_length'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 4, fullFirst: true } } },
    forward: cohereMixture(),
  },
  'command-r': {
    tensors: layers('token_embd output_norm', `${ATTENTION} ${GATED}`, when(isCommandRPlus, QK_NORMS)),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      parallel(attention(NEIGHBORS, { headNorm: { kind: 'layer', place: 'before-rotation' } }), feedForward('silu')),
      { norm: 'layer', output: { scale: ({ number }) => number('logit_scale') || 1 } },
    ),
  },
});
