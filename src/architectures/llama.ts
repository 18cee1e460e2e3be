/** Llama and those that are built and loaded like it. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasFeedForward, hasHeads, isLlama4Sparse, isRecurrent } from './conditions.js';
import { attention, decoder, feedForward, SOFTMAX_EXPERTS, serial } from './forward-pieces.js';
import { RMS } from './key-pieces.js';
import { LENGTHS_NOT_KNOWN, NOT_DESCRIBED } from './not-known.js';
import { layers, when } from './notation.js';
import {
  ATTENTION,
  DECODER,
  EXPERTS,
  GATED,
  GATED_BIASES,
  LLAMA_TENSORS,
  NORMED_DECODER,
  PLAIN,
  QK_NORMS,
  ROPE,
  ROPE_FREQS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

export const LLAMA = (): Family => ({
  apertus: {
    tensors: layers(
      `${UNTIED} ${ROPE}`,
      `${ATTENTION} attn_output:bias? ffn_norm ${PLAIN} ${QK_NORMS} attn_q_norm:bias? attn_k_norm:bias?`,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  arcee: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, `${ATTENTION} ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  deci: {
    tensors: layers(
      `${TIED} ${ROPE}`,
      when(isRecurrent, [when(hasHeads, 'attn_norm attn_output')], ATTENTION),
      when(hasFeedForward, `ffn_norm ${GATED}`),
      `attn_output:bias? ${GATED_BIASES}`,
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    turnsWholeHeads: true,
  },
  llama: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention({ pairs: 'neighbors', factors: 'one' }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
    ),
    turnsWholeHeads: true,
  },
  'llama-embed': {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
    turnsWholeHeads: true,
  },
  llama4: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `${ATTENTION} ffn_norm`,
      when(isLlama4Sparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS, 'interleave_moe_layer_step'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'unless-zero', fixedSize: 8192, layers: { period: 4 } } },
    forward: NOT_DESCRIBED,
  },
  maincoder: {
    tensors: layers(TIED, NORMED_DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  minicpm: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  mistral3: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  nanbeige: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, DECODER),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', loops: true },
    forward: NOT_DESCRIBED,
  },
  refact: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  smollm3: {
    tensors: layers(TIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
});
