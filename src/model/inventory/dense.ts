/** Decoders of llama's kind: RMS norms, no biases that must be there, a gated feed-forward network in every layer. */

import { hasExperts, hasFeedForward, hasHeads, hasSharedLength, isCommandRPlus, isRecurrent } from './conditions.js';
import {
  ATTENTION,
  EXPERTS,
  GATED,
  GATED_BIASES,
  NEXT_TOKEN,
  PLAIN,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FACTORS,
  ROPE_FREQS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './inventory-pieces.js';
import { type Inventories, layers, when, withNextToken } from './notation.js';

/** The common decoder: norm, attention, norm, gated network. */
const COMMON = `${ATTENTION} ffn_norm ${GATED}`;

/** The same with norms for queries and keys. */
const NORMED = `${COMMON} ${QK_NORMS}`;

/** Llama itself and those that are loaded like it: dense, or with experts where the file counts any. */
const LLAMA = layers(
  `${TIED} ${ROPE}`,
  `${ATTENTION} attn_output:bias? ffn_norm`,
  when(
    hasExperts,
    [`${EXPERTS.replace('ffn_gate_exps', '$&?')}`, when(hasSharedLength, SHARED_EXPERT)],
    `${GATED} ${GATED_BIASES}`,
  ),
);

const QWEN2 = layers(`${TIED} output:bias?`, COMMON);
const QWEN3 = layers(`${TIED} cls.output?`, NORMED);
const HUNYUAN = layers(TIED, NORMED);
const ERNIE = layers(TIED, `${COMMON} attn_output:bias?`);

export const DENSE: Inventories = {
  llama: LLAMA,
  'llama-embed': LLAMA,
  granite: LLAMA,
  granitemoe: LLAMA,
  minicpm: LLAMA,
  mistral3: LLAMA,
  refact: LLAMA,
  apertus: layers(
    `${UNTIED} ${ROPE}`,
    `${ATTENTION} attn_output:bias? ffn_norm ${PLAIN} ${QK_NORMS} attn_q_norm:bias? attn_k_norm:bias?`,
  ),
  arcee: layers(`${TIED} ${ROPE_FREQS}`, `${ATTENTION} ffn_norm ${PLAIN}`),
  baichuan: layers(UNTIED, COMMON),
  bitnet: layers(
    'token_embd output_norm',
    'attn_norm attn_sub_norm attn_q attn_k attn_v attn_output ffn_norm ffn_sub_norm',
    GATED,
  ),
  chameleon: layers(TIED, `${NORMED} attn_q_norm:bias? attn_k_norm:bias?`),
  chatglm: layers(TIED, `${ATTENTION} ffn_norm ${PLAIN}`),
  cogvlm: layers(
    `${TIED} ${ROPE_FREQS}`,
    `attn_norm attn_qkv attn_output ffn_norm ${GATED}`,
    'vis_attn_qkv vis_attn_output vis_gate vis_up vis_down',
  ),
  cohere2: layers('token_embd output_norm', `${ATTENTION} ${GATED}`),
  'command-r': layers('token_embd output_norm', `${ATTENTION} ${GATED}`, when(isCommandRPlus, QK_NORMS)),
  deci: layers(
    `${TIED} ${ROPE}`,
    when(isRecurrent, [when(hasHeads, 'attn_norm attn_output')], ATTENTION),
    when(hasFeedForward, `ffn_norm ${GATED}`),
    `attn_output:bias? ${GATED_BIASES}`,
  ),
  dream: QWEN2,
  eagle3: layers(
    'fc enc.output_norm? output_norm output? token_embd? d2t:-? rope_freqs?',
    `attn_norm attn_norm_2 attn_q attn_k attn_v attn_output ffn_norm ${GATED}`,
  ),
  ernie4_5: ERNIE,
  exaone: layers(`${TIED} ${ROPE_FREQS}`, COMMON),
  exaone4: withNextToken(
    layers(`${TIED} ${ROPE_FREQS}`, `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`),
    [
      `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`,
      'nextn.eh_proj nextn.enorm nextn.hnorm nextn.shared_head_norm?',
    ],
    { leaveOut: false },
  ),
  glm4: withNextToken(
    layers(TIED, `${ATTENTION} post_attention_norm ffn_norm ${PLAIN} post_ffw_norm`),
    [`${ATTENTION} post_attention_norm ffn_norm ${PLAIN} post_ffw_norm`, NEXT_TOKEN],
    { leaveOut: false },
  ),
  'hunyuan-dense': HUNYUAN,
  hunyuan_vl: HUNYUAN,
  internlm2: layers(UNTIED, COMMON),
  llada: layers(
    `${TIED} ${ROPE_FREQS}`,
    'attn_norm attn_q attn_k attn_v attn_output attn_output:bias?',
    `ffn_norm ${GATED} ${GATED_BIASES}`,
  ),
  maincoder: layers(TIED, NORMED),
  'muse-glimmer': layers(UNTIED, `${NORMED} attn_gate post_attention_norm post_ffw_norm`),
  nanbeige: layers(`${TIED} ${ROPE_FREQS}`, COMMON),
  olmo: layers('token_embd output?', `${QKV} attn_output ${GATED}`),
  olmo2: layers(UNTIED, `${QKV} attn_output ${QK_NORMS} post_attention_norm ${GATED} post_ffw_norm`),
  openelm: layers('token_embd output_norm', `attn_norm attn_qkv ${QK_NORMS} attn_output ffn_norm ${GATED}`),
  paddleocr: ERNIE,
  'pangu-embedded': layers(`${TIED} ${ROPE}`, `${COMMON} attn_output:bias`),
  phi3: layers(`${TIED} ${ROPE_FACTORS}`, `${ATTENTION} ffn_norm ${PLAIN}`),
  plamo: layers(UNTIED, `${ATTENTION} ${GATED}`),
  plamo3: layers(
    TIED,
    `attn_norm attn_qkv ${QK_NORMS} attn_output post_attention_norm:- ffn_norm post_ffw_norm:- ${PLAIN}`,
  ),
  qwen: layers(UNTIED, `attn_norm attn_qkv attn_qkv:bias attn_output ffn_norm ${GATED}`),
  qwen2: QWEN2,
  qwen2vl: QWEN2,
  qwen3: QWEN3,
  qwen3vl: QWEN3,
  seed_oss: layers(TIED, `${ATTENTION} post_attention_norm ${GATED}`),
  smollm3: layers(TIED, COMMON),
  talkie: layers('token_embd output', `${QKV} attn_output attn_q_norm ${GATED} layer_output_scale`),
  xverse: layers(UNTIED, COMMON),
};
