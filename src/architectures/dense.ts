/** Further decoders with one feed-forward network in every layer. */

import type { Family } from './architecture.js';
import { NO_CACHE, PLAIN_CACHE, windowCache } from './cache-pieces.js';
import { RMS } from './key-pieces.js';
import { CACHE_NOT_KNOWN, KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers, withNextToken } from './notation.js';
import {
  ATTENTION,
  DECODER,
  GATED,
  GATED_BIASES,
  NORMED_DECODER,
  PLAIN,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FREQS,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

export const DENSE = (): Family => ({
  baichuan: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  bitnet: {
    tensors: layers(
      'token_embd output_norm',
      'attn_norm attn_sub_norm attn_q attn_k attn_v attn_output ffn_norm ffn_sub_norm',
      GATED,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  chameleon: {
    tensors: layers(TIED, `${NORMED_DECODER} attn_q_norm:bias? attn_k_norm:bias?`),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  cogvlm: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `attn_norm attn_qkv attn_output ffn_norm ${GATED}`,
      'vis_attn_qkv vis_attn_output vis_gate vis_up vis_down',
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  exaone: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  exaone4: {
    tensors: withNextToken(
      layers(`${TIED} ${ROPE_FREQS}`, `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`),
      [
        `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`,
        'nextn.eh_proj nextn.enorm nextn.hnorm nextn.shared_head_norm?',
      ],
      { leaveOut: false },
    ),
    keys: [RMS],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: { blockCount: 64 }, size: 4096, layers: { period: 4 } },
    },
    forward: NOT_DESCRIBED,
  },
  hrm_text: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: CACHE_NOT_KNOWN,
    forward: NOT_DESCRIBED,
  },
  internlm2: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  llada: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      'attn_norm attn_q attn_k attn_v attn_output attn_output:bias?',
      `ffn_norm ${GATED} ${GATED_BIASES}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: NOT_DESCRIBED,
    gives: 'all-tokens',
  },
  'muse-glimmer': {
    tensors: layers(UNTIED, `${NORMED_DECODER} attn_gate post_attention_norm post_ffw_norm`),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 4, list: true } } },
    forward: NOT_DESCRIBED,
  },
  openelm: {
    tensors: layers('token_embd output_norm', `attn_norm attn_qkv ${QK_NORMS} attn_output ffn_norm ${GATED}`),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  'pangu-embedded': {
    tensors: layers(`${TIED} ${ROPE}`, `${DECODER} attn_output:bias`),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  plamo: {
    tensors: layers(UNTIED, `${ATTENTION} ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  plamo3: {
    tensors: layers(
      TIED,
      `attn_norm attn_qkv ${QK_NORMS} attn_output post_attention_norm:- ffn_norm post_ffw_norm:- ${PLAIN}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: windowCache(8),
    forward: NOT_DESCRIBED,
  },
  seed_oss: {
    tensors: layers(TIED, `${ATTENTION} post_attention_norm ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  spark2_5: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: CACHE_NOT_KNOWN,
    forward: NOT_DESCRIBED,
  },
  talkie: {
    tensors: layers('token_embd output', `${QKV} attn_output attn_q_norm ${GATED} layer_output_scale`),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  xverse: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
});
