/** Decoders of GPT-2's kind: layer norms with biases, and biases on some or all of the matrices. */

import { EXPERTS, GATED, PLAIN, QKV, ROPE_FACTORS, UNTIED, withBiases } from './inventory-pieces.js';
import { type Inventories, layers } from './notation.js';

const NORMED_ENDS = 'token_embd output_norm output_norm:bias';

/** Every norm and every matrix has its bias. */
const ALL_BIASED = withBiases('attn_norm attn_qkv attn_output ffn_norm ffn_up ffn_down');

export const BIASED: Inventories = {
  bloom: layers(`${NORMED_ENDS} ${withBiases('token_embd_norm')} output?`, ALL_BIASED),
  codeshell: layers(
    'token_embd? output_norm output_norm:bias output',
    `${withBiases('attn_norm attn_output ffn_norm ffn_up ffn_down')} ${QKV}`,
  ),
  falcon: layers(
    `${NORMED_ENDS} output?`,
    'attn_norm attn_norm:bias attn_norm_2? attn_norm_2:bias? attn_qkv attn_output',
    PLAIN,
  ),
  gpt2: layers(`${NORMED_ENDS} position_embd output?`, ALL_BIASED),
  gptj: null,
  gptneox: layers(`${NORMED_ENDS} output`, ALL_BIASED),
  jais: layers(`${NORMED_ENDS} output`, `${ALL_BIASED} ${withBiases('ffn_gate')}`),
  jais2: layers(
    `${NORMED_ENDS} output?`,
    withBiases('attn_norm attn_q attn_k attn_v attn_output ffn_norm ffn_up ffn_down'),
  ),
  mpt: layers(
    'token_embd position_embd? output_norm output_norm:bias? output?',
    'attn_norm attn_norm:bias? attn_qkv attn_qkv:bias? attn_output attn_output:bias? ffn_norm ffn_norm:bias?',
    'ffn_up ffn_up:bias? ffn_down ffn_down:bias? ffn.act:scales?',
    'attn_q_norm? attn_q_norm:bias? attn_k_norm? attn_k_norm:bias?',
  ),
  nemotron: layers(
    `${NORMED_ENDS} output`,
    `${withBiases('attn_norm ffn_norm')} ${QKV} attn_output attn_output:bias?`,
    'ffn_up ffn_up:bias? ffn_down ffn_down:bias?',
  ),
  orion: layers(`${NORMED_ENDS} output`, `${withBiases('attn_norm ffn_norm')} ${QKV} attn_output ${GATED}`),
  phi2: layers(
    `${NORMED_ENDS} ${withBiases('output')}`,
    `${withBiases('attn_norm attn_output ffn_up ffn_down')} ${QKV}`,
  ),
  phimoe: layers(
    `${UNTIED} output_norm:bias output:bias ${ROPE_FACTORS}`,
    `${withBiases('attn_norm attn_output ffn_norm')} ${QKV} ${EXPERTS}`,
  ),
  stablelm: layers(
    `${NORMED_ENDS} output`,
    `${withBiases('attn_norm')} ${QKV} attn_output attn_q_norm? attn_k_norm? ffn_norm? ffn_norm:bias? ${GATED}`,
  ),
  starcoder: layers(`${NORMED_ENDS} position_embd output?`, ALL_BIASED),
  starcoder2: layers(
    `${NORMED_ENDS} output?`,
    `${withBiases('attn_norm attn_output ffn_norm ffn_up ffn_down')} ${QKV}`,
  ),
};
