/** What runs only beside another model, or in a program of its own: projectors, drafts, and models of speech. */

import type { Family } from './architecture.js';
import { NO_CACHE, PLAIN_CACHE } from './cache-pieces.js';
import { KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, NUMBERS_NOT_KNOWN, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers } from './notation.js';
import { GATED } from './tensor-pieces.js';

export const COMPANIONS = (): Family => ({
  clip: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: NO_CACHE,
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_NOT_KNOWN,
  },
  dflash: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: { cache: 'layers', window: { when: 'size-given', layers: 'list' } },
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_NOT_KNOWN,
  },
  eagle3: {
    tensors: layers(
      'fc enc.output_norm? output_norm output? token_embd? d2t:-? rope_freqs?',
      `attn_norm attn_norm_2 attn_q attn_k attn_v attn_output ffn_norm ${GATED}`,
    ),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_NOT_KNOWN,
  },
  pockettts: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_NOT_KNOWN,
  },
  qwen3tts: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_NOT_KNOWN,
  },
});
