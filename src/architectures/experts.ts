/** Further decoders with experts in all layers, or in all but the leading ones. */

import type { Family } from './architecture.js';
import { hybridCache, NO_CACHE, PLAIN_CACHE, windowCache } from './cache-pieces.js';
import { hasSharedCount, isRecurrent, isSparse } from './conditions.js';
import {
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { CACHE_NOT_KNOWN, KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED, TENSORS_NOT_KNOWN } from './not-known.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  DENSE_OR_EXPERTS,
  EXPERTS,
  GATED,
  KEY_LATENT,
  KIMI_DELTA,
  LATENT_QUERY,
  maybe,
  NEXT_TOKEN,
  NORMED_SPARSE_DECODER,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FREQS,
  ROUTER_BIAS,
  SHARED_EXPERT,
  SPARSE_DECODER,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const BAILING2 = `${ATTENTION.replace(QKV, 'attn_qkv')} ${QK_NORMS} ffn_norm`;

const BAILING2_EXPERTS = when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED);

const EXAONE_MOE = `${ATTENTION} ${QK_NORMS} ffn_norm`;

const MIMO2 = `${ATTENTION} attn_sinks? ffn_norm ${DENSE_OR_EXPERTS} ${ROUTER_BIAS}?`;

const STEP35 = `${ATTENTION} attn_q_norm? attn_k_norm? attn_gate? ffn_norm ${DENSE_OR_EXPERTS} ${ROUTER_BIAS}? ${maybe(SHARED_EXPERT)}`;

const BAILING3_ATTENTION = [`${KEY_LATENT} attn_k_b attn_v_b attn_gate attn_output`, LATENT_QUERY];

const BAILING3_EXPERTS = `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`;

export const WITH_EXPERTS = (): Family => ({
  afmoe: {
    tensors: layers(
      TIED,
      `${ATTENTION} post_attention_norm ${QK_NORMS} attn_gate ffn_norm post_ffw_norm`,
      when(isSparse, [`${EXPERTS} ${ROUTER_BIAS}`, when(hasSharedCount, SHARED_EXPERT)], GATED),
    ),
    keys: [RMS],
    lengths: {},
    cache: windowCache(4),
    forward: NOT_DESCRIBED,
  },
  arctic: {
    tensors: layers(TIED, `${SPARSE_DECODER} ${GATED} ffn_norm_exps`),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  bailingmoe: {
    tensors: layers(UNTIED, `${SPARSE_DECODER} ${SHARED_EXPERT}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  bailingmoe2: {
    tensors: withNextToken(
      layers(UNTIED, BAILING2, BAILING2_EXPERTS),
      [BAILING2, BAILING2_EXPERTS, `${NEXT_TOKEN} layer_output_norm`],
      { leaveOut: false },
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  bailingmoe3: {
    tensors: withNextToken(
      layers(
        TIED,
        'attn_norm ffn_norm',
        when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_g_a`, BAILING3_ATTENTION),
        when(isSparse, BAILING3_EXPERTS, GATED),
      ),
      [
        'attn_norm ffn_norm',
        ...BAILING3_ATTENTION,
        BAILING3_EXPERTS,
        'nextn.eh_proj nextn.enorm nextn.hnorm layer_output_norm',
      ],
    ),
    keys: [RMS],
    lengths: {},
    cache: {
      ...hybridCache('delta-rule', { snapshots: true }),
      latent: true,
      nextTokenLayers: 'counted',
    },
    forward: NOT_DESCRIBED,
  },
  dbrx: {
    tensors: layers(UNTIED, `attn_norm attn_qkv attn_output attn_output_norm ${EXPERTS}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  'exaone-moe': {
    tensors: withNextToken(
      layers(
        `${UNTIED} ${ROPE_FREQS}`,
        EXAONE_MOE,
        when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
      ),
      [EXAONE_MOE, GATED, NEXT_TOKEN],
      { leaveOut: false },
    ),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: { cache: 'layers', window: { when: 'always', size: 128, layers: { period: 4 } } },
    forward: NOT_DESCRIBED,
  },
  'gpt-oss': {
    tensors: layers(
      UNTIED,
      `${ATTENTION} attn_output:bias attn_sinks post_attention_norm ${EXPERTS}`,
      'ffn_gate_inp:bias ffn_gate_exps:bias ffn_up_exps:bias ffn_down_exps:bias',
    ),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 2 } } },
    forward: NOT_DESCRIBED,
  },
  grok: {
    tensors: layers(
      TIED,
      `${ATTENTION} attn_output_norm ffn_norm ${maybe(GATED)} ${EXPERTS.replace('ffn_gate_exps', '$&?')}`,
      'layer_output_norm|post_ffw_norm',
    ),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', flashAttention: false },
    forward: NOT_DESCRIBED,
  },
  grovemoe: {
    tensors: layers(TIED, `${NORMED_SPARSE_DECODER} ffn_gate_chexps ffn_up_chexps ffn_down_chexps`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  laguna: {
    tensors: layers(
      TIED,
      `${ATTENTION} ${QK_NORMS} attn_gate ffn_norm`,
      when(isSparse, `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: windowCache(4, { fullFirst: true }),
    forward: NOT_DESCRIBED,
  },
  'llada-moe': {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(
      serial(bidirectional(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: UNNORMALIZED_EXPERTS })),
    ),
    gives: 'all-tokens',
  },
  maple: {
    tensors: TENSORS_NOT_KNOWN,
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: CACHE_NOT_KNOWN,
    forward: NOT_DESCRIBED,
  },
  mellum: {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: windowCache(4, { list: true }),
    forward: NOT_DESCRIBED,
  },
  mimo2: {
    tensors: withNextToken(layers(UNTIED, MIMO2), [MIMO2, `${NEXT_TOKEN} layer_output_norm?`]),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: 'list' },
      nextTokenLayers: 'left-out',
    },
    forward: NOT_DESCRIBED,
  },
  'minimax-m2': {
    tensors: layers(UNTIED, `${NORMED_SPARSE_DECODER} ${ROUTER_BIAS}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  'minimax-m3': {
    tensors: layers(
      UNTIED,
      `${ATTENTION} ${QK_NORMS} ffn_norm`,
      when(
        isSparse,
        `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT} indexer.q_proj indexer.k_proj indexer.q_norm indexer.k_norm`,
        GATED,
      ),
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: { cache: 'layers', indexer: 'behind-leading-dense' },
    forward: NOT_DESCRIBED,
  },
  smallthinker: {
    tensors: layers(TIED, SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: 'size-given', fixedSize: 4096, layers: { period: 4, fullFirst: true } },
    },
    forward: NOT_DESCRIBED,
  },
  step35: {
    tensors: withNextToken(layers(`${UNTIED} ${ROPE}`, STEP35), [STEP35, NEXT_TOKEN]),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: 'list' },
      nextTokenLayers: 'left-out',
    },
    forward: NOT_DESCRIBED,
  },
});
