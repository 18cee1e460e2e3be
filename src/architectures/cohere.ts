/** The Command family: attention and feed-forward network read the same norm. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasSharedCount, isCommandRPlus, isSparse } from './conditions.js';
import { attention, decoder, feedForward, NEIGHBORS, NEIGHBORS_WITH_FACTORS, parallel } from './forward-pieces.js';
import { LAYER } from './key-pieces.js';
import { KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED } from './not-known.js';
import { layers, when, withNextToken } from './notation.js';
import { ATTENTION, FUSED_EXPERTS, GATED, NEXT_TOKEN, QK_NORMS, SHARED_EXPERT, TIED } from './tensor-pieces.js';

const COHERE2_EXPERTS = [FUSED_EXPERTS, when(hasSharedCount, SHARED_EXPERT)];

export const COHERE = (): Family => ({
  cohere2: {
    tensors: layers('token_embd output_norm', `${ATTENTION} ${GATED}`),
    keys: [LAYER, 'logit_scale'],
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
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: { period: 4, fullFirst: true, list: true, trunkOnly: true } },
      nextTokenLayers: 'counted',
    },
    forward: NOT_DESCRIBED,
  },
  'command-r': {
    tensors: layers('token_embd output_norm', `${ATTENTION} ${GATED}`, when(isCommandRPlus, QK_NORMS)),
    keys: [LAYER, 'logit_scale'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      parallel(attention(NEIGHBORS, { headNorm: { kind: 'layer', place: 'before-rotation' } }), feedForward('silu')),
      { norm: 'layer', output: { scale: ({ number }) => number('logit_scale') || 1 } },
    ),
  },
});
