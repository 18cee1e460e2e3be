/** DeepSeek and its relatives, most with multi-head latent attention: keys and values as one vector. */

import type { Family } from './architecture.js';
import { hybridCache, PLAIN_CACHE } from './cache-pieces.js';
import { compresses, hasIndexer, indexes, isLatentByHead, isRecurrent, isSparse, routesByHash } from './conditions.js';
import { RMS } from './key-pieces.js';
import { KEYS_NOT_KNOWN, LENGTHS_NOT_KNOWN, NOT_DESCRIBED } from './not-known.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  DEEPSEEK_SPARSE,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  INDEXER,
  KEY_LATENT,
  KIMI_DELTA,
  LATENT_BY_HEAD,
  LATENT_QUERY,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  QK_NORMS,
  QUERY_LATENT,
  ROPE_FACTORS,
  ROUTER_BIAS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const DEEPSEEK2 = [
  `attn_norm ${KEY_LATENT} attn_output ffn_norm`,
  LATENT_QUERY,
  when(isLatentByHead, 'attn_k_b attn_v_b', 'attn_kv_b'),
  when(isSparse, `${FUSED_EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED),
];

const DEEPSEEK2_MODEL = withNextToken(layers(TIED, ...DEEPSEEK2), [...DEEPSEEK2, NEXT_TOKEN]);

const DEEPSEEK32 = [LATENT_BY_HEAD, INDEXER, DEEPSEEK_SPARSE];

/** One vector for keys and values together, parts of it compressed over several tokens, and streams of residuals. */
const DEEPSEEK4 = [
  `attn_norm attn_sinks ${QUERY_LATENT} attn_kv attn_kv_a_norm attn_output_a attn_output_b`,
  'hc_attn_fn hc_attn_base hc_attn_scale hc_ffn_fn hc_ffn_base hc_ffn_scale',
  when(compresses, 'attn_compressor_kv attn_compressor_gate attn_compressor_ape attn_compressor_norm'),
  when(indexes, [
    'indexer.proj indexer.attn_q_b',
    'indexer_compressor_kv indexer_compressor_gate indexer_compressor_ape indexer_compressor_norm',
  ]),
  when(routesByHash, 'ffn_gate_tid2eid', 'exp_probs_b:bias'),
  `ffn_norm ${EXPERTS} ${SHARED_EXPERT}`,
];

const KIMI_ATTENTION = `attn_q_a_norm+attn_q_a+attn_q_b|attn_q ${KEY_LATENT} attn_kv_b|attn_k_b+attn_v_b attn_output`;

const KIMI_SHARED = maybe(SHARED_EXPERT);

export const DEEPSEEK = (): Family => ({
  deepseek: {
    tensors: layers(TIED, `${ATTENTION} ffn_norm`, when(isSparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED)),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  deepseek2: {
    tensors: DEEPSEEK2_MODEL,
    keys: [RMS, 'attention.kv_lora_rank'],
    lengths: {},
    cache: { cache: 'layers', latent: true },
    forward: NOT_DESCRIBED,
  },
  'deepseek2-ocr': {
    tensors: layers(
      TIED,
      'attn_norm attn_q attn_k attn_v attn_output ffn_norm',
      when(isSparse, `${FUSED_EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  deepseek32: {
    tensors: withNextToken(layers(TIED, ...DEEPSEEK32), [...DEEPSEEK32, NEXT_TOKEN]),
    keys: [RMS, 'attention.kv_lora_rank'],
    lengths: {},
    cache: { cache: 'layers', latent: true, indexer: 'all', nextTokenLayers: 'left-out' },
    forward: NOT_DESCRIBED,
  },
  deepseek4: {
    tensors: withNextToken(layers(`${UNTIED} output_hc_fn output_hc_base output_hc_scale`, ...DEEPSEEK4), [
      ...DEEPSEEK4,
      NEXT_TOKEN,
    ]),
    keys: [RMS],
    lengths: LENGTHS_NOT_KNOWN,
    cache: {
      cache: 'compressed',
      window: { when: 'always', layers: 'all' },
      nextTokenLayers: 'if-stored',
    },
    forward: NOT_DESCRIBED,
  },
  dots1: {
    tensors: layers(
      UNTIED,
      `${ATTENTION} ${QK_NORMS} ffn_norm`,
      when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  dots3note: {
    tensors: withNextToken(
      layers(
        TIED,
        `${LATENT_BY_HEAD} attn_k_norm attn_gate`,
        when(hasIndexer, INDEXER),
        when(isSparse, `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`, GATED),
      ),
      [maybe(`${LATENT_BY_HEAD} attn_k_norm attn_gate ${GATED} ${NEXT_TOKEN}`)],
    ),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: {
      cache: 'layers',
      latent: true,
      window: { when: 'always', layers: 'list' },
      indexer: 'listed',
      nextTokenLayers: 'left-out',
    },
    forward: NOT_DESCRIBED,
  },
  'kimi-k3': {
    tensors: layers(
      `${UNTIED} output_res_score?`,
      'attn_norm ffn_norm attn_res_score? ffn_res_score?',
      when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_f_b ssm_g`, `${KIMI_ATTENTION} attn_gate?`),
      when(
        isSparse,
        `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED} ffn_routed_down? ffn_routed_up? ffn_routed_norm?`,
        GATED,
      ),
    ),
    keys: KEYS_NOT_KNOWN,
    lengths: LENGTHS_NOT_KNOWN,
    cache: { ...hybridCache('delta-rule'), latent: true },
    forward: NOT_DESCRIBED,
  },
  'kimi-linear': {
    tensors: layers(
      UNTIED,
      'attn_norm ffn_norm',
      when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_f_b ssm_g_a ssm_g_b`, KIMI_ATTENTION),
      when(isSparse, `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED}`, GATED),
    ),
    keys: [RMS, 'attention.kv_lora_rank', 'ssm.conv_kernel'],
    lengths: LENGTHS_NOT_KNOWN,
    cache: { ...hybridCache('delta-rule'), latent: true },
    forward: NOT_DESCRIBED,
  },
  minicpm3: {
    tensors: layers(
      `${TIED} ${ROPE_FACTORS}`,
      `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${GATED}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
  mistral4: {
    tensors: DEEPSEEK2_MODEL,
    keys: [RMS, 'attention.kv_lora_rank'],
    lengths: {},
    cache: { cache: 'layers', latent: true },
    forward: NOT_DESCRIBED,
  },
  plm: {
    tensors: layers('token_embd output_norm', `attn_norm attn_q ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: NOT_DESCRIBED,
  },
});
