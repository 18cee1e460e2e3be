/** Decoders with experts in all layers, or in all but the leading ones. */

import { hasExperts, hasSharedCount, hasSharedLength, isLlama4Sparse, isSparse } from './conditions.js';
import {
  ATTENTION,
  DENSE_OR_EXPERTS,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  GATED_BIASES,
  maybe,
  NEXT_TOKEN,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FREQS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './inventory-pieces.js';
import { type Inventories, layers, when, withNextToken } from './notation.js';

/** Norm, attention, norm, experts. */
const COMMON = `${ATTENTION} ffn_norm ${EXPERTS}`;
const NORMED = `${COMMON} ${QK_NORMS}`;

/** A correction of the router's scores. */
const ROUTER_BIAS = 'exp_probs_b:bias';

const BAILING2 = `${ATTENTION.replace(QKV, 'attn_qkv')} ${QK_NORMS} ffn_norm`;
const BAILING2_EXPERTS = when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED);

const COHERE2_EXPERTS = [FUSED_EXPERTS, when(hasSharedCount, SHARED_EXPERT)];

const EXAONE = `${ATTENTION} ${QK_NORMS} ffn_norm`;

const GLM4 = [
  `${ATTENTION} attn_q_norm? attn_k_norm? post_attention_norm`,
  when(isSparse, [`${EXPERTS} ${ROUTER_BIAS}`, when(hasSharedCount, SHARED_EXPERT)], GATED),
];

/** In these a file says by what it holds which layers have experts. */
const HUNYUAN3 = `${ATTENTION} ${QK_NORMS} ffn_norm ${DENSE_OR_EXPERTS} exp_probs_b:-? ${maybe(SHARED_EXPERT)}`;
const MIMO2 = `${ATTENTION} attn_sinks? ffn_norm ${DENSE_OR_EXPERTS} ${ROUTER_BIAS}?`;
const STEP35 = `${ATTENTION} attn_q_norm? attn_k_norm? attn_gate? ffn_norm ${DENSE_OR_EXPERTS} ${ROUTER_BIAS}? ${maybe(SHARED_EXPERT)}`;

export const WITH_EXPERTS: Inventories = {
  afmoe: layers(
    TIED,
    `${ATTENTION} post_attention_norm ${QK_NORMS} attn_gate ffn_norm post_ffw_norm`,
    when(isSparse, [`${EXPERTS} ${ROUTER_BIAS}`, when(hasSharedCount, SHARED_EXPERT)], GATED),
  ),
  arctic: layers(TIED, `${COMMON} ${GATED} ffn_norm_exps`),
  bailingmoe: layers(UNTIED, `${COMMON} ${SHARED_EXPERT}`),
  bailingmoe2: withNextToken(
    layers(UNTIED, BAILING2, BAILING2_EXPERTS),
    [BAILING2, BAILING2_EXPERTS, `${NEXT_TOKEN} layer_output_norm`],
    { leaveOut: false },
  ),
  cohere2moe: withNextToken(layers(TIED, ATTENTION, when(isSparse, COHERE2_EXPERTS, GATED)), [
    ATTENTION,
    ...COHERE2_EXPERTS,
    NEXT_TOKEN,
  ]),
  dbrx: layers(UNTIED, `attn_norm attn_qkv attn_output attn_output_norm ${EXPERTS}`),
  deepseek: layers(TIED, `${ATTENTION} ffn_norm`, when(isSparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED)),
  'deepseek2-ocr': layers(
    TIED,
    'attn_norm attn_q attn_k attn_v attn_output ffn_norm',
    when(isSparse, `${FUSED_EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
  ),
  dots1: layers(
    UNTIED,
    `${ATTENTION} ${QK_NORMS} ffn_norm`,
    when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
  ),
  'ernie4_5-moe': layers(
    TIED,
    `${ATTENTION} attn_output:bias? ffn_norm`,
    when(
      isSparse,
      [`${EXPERTS.replace('ffn_gate_exps', '$&?')} ${ROUTER_BIAS}?`, when(hasSharedLength, SHARED_EXPERT)],
      GATED,
    ),
  ),
  'exaone-moe': withNextToken(
    layers(`${UNTIED} ${ROPE_FREQS}`, EXAONE, when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED)),
    [EXAONE, GATED, NEXT_TOKEN],
    { leaveOut: false },
  ),
  glm4moe: withNextToken(layers(TIED, ...GLM4), [...GLM4, NEXT_TOKEN], { leaveOut: false }),
  'gpt-oss': layers(
    UNTIED,
    `${ATTENTION} attn_output:bias attn_sinks post_attention_norm ${EXPERTS}`,
    'ffn_gate_inp:bias ffn_gate_exps:bias ffn_up_exps:bias ffn_down_exps:bias',
  ),
  granite_swa: layers(
    `${TIED} ${ROPE}`,
    `${ATTENTION} attn_output:bias? attn_sinks ffn_norm`,
    when(hasExperts, [FUSED_EXPERTS, when(hasSharedLength, 'ffn_up_shexp ffn_down_shexp')], `${GATED} ${GATED_BIASES}`),
  ),
  graniteswitch: null,
  grok: layers(
    TIED,
    `${ATTENTION} attn_output_norm ffn_norm ${maybe(GATED)} ${EXPERTS.replace('ffn_gate_exps', '$&?')}`,
    'layer_output_norm|post_ffw_norm',
  ),
  grovemoe: layers(TIED, `${NORMED} ffn_gate_chexps ffn_up_chexps ffn_down_chexps`),
  'hunyuan-moe': layers(TIED, `${NORMED} ${SHARED_EXPERT}`),
  hy_v3: withNextToken(layers(TIED, HUNYUAN3), [HUNYUAN3, NEXT_TOKEN]),
  laguna: layers(
    TIED,
    `${ATTENTION} ${QK_NORMS} attn_gate ffn_norm`,
    when(isSparse, `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT}`, GATED),
  ),
  'llada-moe': layers(UNTIED, NORMED),
  llama4: layers(
    `${TIED} ${ROPE_FREQS}`,
    `${ATTENTION} ffn_norm`,
    when(isLlama4Sparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED),
  ),
  mellum: layers(UNTIED, NORMED),
  mimo2: withNextToken(layers(UNTIED, MIMO2), [MIMO2, `${NEXT_TOKEN} layer_output_norm?`]),
  'minimax-01': null,
  'minimax-m2': layers(UNTIED, `${NORMED} ${ROUTER_BIAS}`),
  'minimax-m3': layers(
    UNTIED,
    `${ATTENTION} ${QK_NORMS} ffn_norm`,
    when(
      isSparse,
      `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT} indexer.q_proj indexer.k_proj indexer.q_norm indexer.k_norm`,
      GATED,
    ),
  ),
  olmoe: layers(UNTIED, NORMED),
  qwen2moe: layers(UNTIED, `${COMMON} ffn_gate_inp_shexp ${SHARED_EXPERT}`),
  qwen3moe: layers(TIED, NORMED),
  qwen3vlmoe: layers(TIED, NORMED),
  rnd1: layers(TIED, NORMED),
  smallthinker: layers(TIED, COMMON),
  step35: withNextToken(layers(`${UNTIED} ${ROPE}`, STEP35), [STEP35, NEXT_TOKEN]),
};
