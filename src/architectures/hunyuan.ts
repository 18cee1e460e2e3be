/** The Hunyuan family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { RMS } from './key-pieces.js';
import { CACHE_NOT_KNOWN, KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers, withNextToken } from './notation.js';
import {
  ATTENTION,
  DENSE_OR_EXPERTS,
  maybe,
  NEXT_TOKEN,
  NORMED_DECODER,
  NORMED_SPARSE_DECODER,
  QK_NORMS,
  SHARED_EXPERT,
  TIED,
} from './tensor-pieces.js';

const HUNYUAN_TENSORS = layers(TIED, NORMED_DECODER);

/** In these a file says by what it holds which layers have experts. */
const HUNYUAN3 = `${ATTENTION} ${QK_NORMS} ffn_norm ${DENSE_OR_EXPERTS} exp_probs_b:-? ${maybe(SHARED_EXPERT)}`;

export const HUNYUAN = (): Family => ({
  'hunyuan-dense': {
    tensors: HUNYUAN_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  'hunyuan-moe': {
    tensors: layers(TIED, `${NORMED_SPARSE_DECODER} ${SHARED_EXPERT}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  hunyuan_vl: {
    tensors: HUNYUAN_TENSORS,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  hy_v3: {
    tensors: withNextToken(layers(TIED, HUNYUAN3), [HUNYUAN3, NEXT_TOKEN]),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', nextTokenLayers: 'left-out' },
    forward: NOT_DESCRIBED,
  },
  hy_v4: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: CACHE_NOT_KNOWN,
    forward: NOT_DESCRIBED,
  },
});
