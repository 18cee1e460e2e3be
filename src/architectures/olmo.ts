/** The OLMo family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE, windowCache } from './cache-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { NOT_DESCRIBED } from './not-known.js';
import { layers } from './notation.js';
import { GATED, NORMED_SPARSE_DECODER, QK_NORMS, QKV, UNTIED } from './tensor-pieces.js';

export const OLMO = (): Family => ({
  olmo: {
    tensors: layers('token_embd output?', `${QKV} attn_output ${GATED}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  olmo2: {
    tensors: layers(UNTIED, `${QKV} attn_output ${QK_NORMS} post_attention_norm ${GATED} post_ffw_norm`),
    keys: [RMS],
    lengths: {},
    cache: windowCache(4),
    forward: NOT_DESCRIBED,
  },
  olmoe: {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
});
