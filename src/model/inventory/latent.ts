/** Decoders with multi-head latent attention: DeepSeek and its relatives. */

import {
  compresses,
  hasIndexer,
  hasQueryLatent,
  indexes,
  isLatentByHead,
  isRecurrent,
  isSparse,
  routesByHash,
} from './conditions.js';
import {
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  QKV,
  ROPE_FACTORS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './inventory-pieces.js';
import { type Inventories, layers, when, withNextToken } from './notation.js';

const QUERY_LATENT = 'attn_q_a attn_q_a_norm attn_q_b';
const KEY_LATENT = 'attn_kv_a_mqa attn_kv_a_norm';
const QUERY = when(hasQueryLatent, QUERY_LATENT, 'attn_q');
const BY_HEAD = `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_k_b attn_v_b attn_output ffn_norm`;

const INDEXER = 'indexer.k_norm indexer.k_norm:bias indexer.proj indexer.attn_k indexer.attn_q_b';

/** Experts behind the leading layers, with a correction of the router's scores where the model has one. */
const SPARSE = when(isSparse, `${EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED);

const DEEPSEEK2 = [
  `attn_norm ${KEY_LATENT} attn_output ffn_norm`,
  QUERY,
  when(isLatentByHead, 'attn_k_b attn_v_b', 'attn_kv_b'),
  when(isSparse, `${FUSED_EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED),
];
const DEEPSEEK2_MODEL = withNextToken(layers(TIED, ...DEEPSEEK2), [...DEEPSEEK2, NEXT_TOKEN]);

const DEEPSEEK32 = [BY_HEAD, INDEXER, SPARSE];
const GLM_DSA = [BY_HEAD, maybe(INDEXER), SPARSE];

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

/** Layers with a state of their own (Kimi delta attention), in turn with layers of latent attention. */
const DELTA = `ssm_conv1d_q ssm_conv1d_k ssm_conv1d_v ${QKV} ssm_beta ssm_a:- ssm_dt:bias ssm_norm attn_output`;
const KIMI_ATTENTION = `attn_q_a_norm+attn_q_a+attn_q_b|attn_q ${KEY_LATENT} attn_kv_b|attn_k_b+attn_v_b attn_output`;
const KIMI_SHARED = maybe(SHARED_EXPERT);

const BAILING3_ATTENTION = [`${KEY_LATENT} attn_k_b attn_v_b attn_gate attn_output`, QUERY];
const BAILING3_EXPERTS = `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`;

export const LATENT: Inventories = {
  bailingmoe3: withNextToken(
    layers(
      TIED,
      'attn_norm ffn_norm',
      when(isRecurrent, `${DELTA} ssm_f_a ssm_g_a`, BAILING3_ATTENTION),
      when(isSparse, BAILING3_EXPERTS, GATED),
    ),
    [
      'attn_norm ffn_norm',
      ...BAILING3_ATTENTION,
      BAILING3_EXPERTS,
      'nextn.eh_proj nextn.enorm nextn.hnorm layer_output_norm',
    ],
  ),
  deepseek2: DEEPSEEK2_MODEL,
  deepseek32: withNextToken(layers(TIED, ...DEEPSEEK32), [...DEEPSEEK32, NEXT_TOKEN]),
  deepseek4: withNextToken(layers(`${UNTIED} output_hc_fn output_hc_base output_hc_scale`, ...DEEPSEEK4), [
    ...DEEPSEEK4,
    NEXT_TOKEN,
  ]),
  dots3note: withNextToken(
    layers(
      TIED,
      `${BY_HEAD} attn_k_norm attn_gate`,
      when(hasIndexer, INDEXER),
      when(isSparse, `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`, GATED),
    ),
    [maybe(`${BY_HEAD} attn_k_norm attn_gate ${GATED} ${NEXT_TOKEN}`)],
  ),
  'glm-dsa': withNextToken(layers(TIED, ...GLM_DSA), [...GLM_DSA, NEXT_TOKEN]),
  'kimi-k3': layers(
    `${UNTIED} output_res_score?`,
    'attn_norm ffn_norm attn_res_score? ffn_res_score?',
    when(isRecurrent, `${DELTA} ssm_f_a ssm_f_b ssm_g`, `${KIMI_ATTENTION} attn_gate?`),
    when(
      isSparse,
      `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED} ffn_routed_down? ffn_routed_up? ffn_routed_norm?`,
      GATED,
    ),
  ),
  'kimi-linear': layers(
    UNTIED,
    'attn_norm ffn_norm',
    when(isRecurrent, `${DELTA} ssm_f_a ssm_f_b ssm_g_a ssm_g_b`, KIMI_ATTENTION),
    when(isSparse, `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED}`, GATED),
  ),
  minicpm3: layers(
    `${TIED} ${ROPE_FACTORS}`,
    `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${GATED}`,
  ),
  mistral4: DEEPSEEK2_MODEL,
  plm: layers('token_embd output_norm', `attn_norm attn_q ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${PLAIN}`),
};
