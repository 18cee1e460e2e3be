/** Tensor names that several architectures share, in the notation of notation.ts. */

import { hasExperts, hasQueryLatent, isSparse } from './conditions.js';
import { layers, when } from './notation.js';

/** Marks each name as one that may be missing. */
export const maybe = (names: string) => names.replace(/([^ ?]+)\??/g, '$1?');

/** Adds a bias to each name, as in GPT-2 and its relatives. */
export const withBiases = (names: string) => names.replace(/\S+/g, '$& $&:bias');

/** The scales that each of these may have: of its weights (`scale`) and of its input (`input_scale`). */
export const scales = (names: string) => names.replace(/\S+/g, '$&:scale? $&:input_scale?');

/** The ends of a decoder: with a separate output matrix, or with the token embedding instead. */
export const UNTIED = 'token_embd output_norm output';
export const TIED = 'token_embd output_norm output?';

/** Factors for the angles of the rotation. They are stored outside the layers. */
export const ROPE_FREQS = 'rope_freqs?';
export const ROPE_FACTORS = 'rope_factors_long? rope_factors_short?';
export const ROPE = `${ROPE_FREQS} ${ROPE_FACTORS}`;

/** Queries, keys and values, as one matrix or as three; biases are optional. */
export const QKV = 'attn_qkv|attn_q+attn_k+attn_v attn_qkv:bias? attn_q:bias? attn_k:bias? attn_v:bias?';
export const ATTENTION = `attn_norm ${QKV} attn_output`;
export const QK_NORMS = 'attn_q_norm attn_k_norm';

/** The feed-forward network with and without a gate, and with optional biases. */
export const GATED = 'ffn_gate ffn_up ffn_down';
export const PLAIN = 'ffn_up ffn_down';
export const GATED_BIASES = 'ffn_gate:bias? ffn_up:bias? ffn_down:bias?';

/** Experts with their router; gate and up may be one matrix. */
export const EXPERTS = 'ffn_gate_inp ffn_gate_exps ffn_up_exps ffn_down_exps';
export const FUSED_EXPERTS = 'ffn_gate_inp ffn_gate_up_exps|ffn_gate_exps+ffn_up_exps ffn_down_exps';
export const SHARED_EXPERT = 'ffn_gate_shexp ffn_up_shexp ffn_down_shexp';

/** Tensors that a layer for next-token prediction has in addition to those of other layers. */
export const NEXT_TOKEN =
  'nextn.eh_proj nextn.enorm nextn.hnorm nextn.embed_tokens? nextn.shared_head_head? nextn.shared_head_norm?';

/** A layer has a feed-forward network or experts; only its tensors show which, and the loader accepts both. */
export const DENSE_OR_SPLIT_EXPERTS = [
  'ffn_gate+ffn_up+ffn_down|ffn_gate_inp+ffn_gate_exps+ffn_up_exps+ffn_down_exps',
  maybe(`${GATED} ${EXPERTS}`),
].join(' ');
export const DENSE_OR_EXPERTS = [
  'ffn_gate+ffn_up+ffn_down|ffn_gate_inp+ffn_gate_up_exps+ffn_down_exps|ffn_gate_inp+ffn_gate_exps+ffn_up_exps+ffn_down_exps',
  maybe(`${GATED} ${EXPERTS} ffn_gate_up_exps`),
].join(' ');

/** The common decoder: norm, attention, norm, gated network. */
export const DECODER = `${ATTENTION} ffn_norm ${GATED}`;

/** The common decoder with norms for queries and keys. */
export const NORMED_DECODER = `${DECODER} ${QK_NORMS}`;

/** Llama and the architectures loaded like it: with experts if the file gives a number of experts, otherwise dense. */
export const LLAMA_TENSORS = layers(
  `${TIED} ${ROPE}`,
  `${ATTENTION} attn_output:bias? ffn_norm`,
  when(hasExperts, EXPERTS.replace('ffn_gate_exps', '$&?'), `${GATED} ${GATED_BIASES}`),
);

/** Norm, attention, norm, experts. */
export const SPARSE_DECODER = `${ATTENTION} ffn_norm ${EXPERTS}`;

export const NORMED_SPARSE_DECODER = `${SPARSE_DECODER} ${QK_NORMS}`;

/** A correction of the router's scores. */
export const ROUTER_BIAS = 'exp_probs_b:bias';

/** Latent attention: queries go through one latent vector, keys and values through another. */
export const QUERY_LATENT = 'attn_q_a attn_q_a_norm attn_q_b';

export const KEY_LATENT = 'attn_kv_a_mqa attn_kv_a_norm';

export const LATENT_QUERY = when(hasQueryLatent, QUERY_LATENT, 'attn_q');

/** The attention of a layer with a separate up-projection from the latent vector for each head. */
export const LATENT_BY_HEAD = `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_k_b attn_v_b attn_output ffn_norm`;

/** The indexer, which selects the tokens to attend to. */
export const INDEXER = 'indexer.k_norm indexer.k_norm:bias indexer.proj indexer.attn_k indexer.attn_q_b';

/** Experts after the leading layers, with a correction of the router's scores if the model has one. */
export const DEEPSEEK_SPARSE = when(isSparse, `${EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED);

/** A layer of Kimi delta attention, which keeps a state. */
export const KIMI_DELTA = `ssm_conv1d_q ssm_conv1d_k ssm_conv1d_v ${QKV} ssm_beta ssm_a:- ssm_dt:bias ssm_norm attn_output`;

/** Attention without the norm before it. */
export const SELF_ATTENTION = `${QKV} attn_output`;

/** The blocks of Mamba and of Mamba 2 (in some models of Mamba 2 the convolution has no bias). */
export const MAMBA = 'ssm_in ssm_conv1d ssm_conv1d:bias ssm_x ssm_dt ssm_dt:bias ssm_a:- ssm_d:- ssm_out';

export const MAMBA2 = 'ssm_in ssm_conv1d ssm_conv1d:bias? ssm_dt:bias ssm_a:- ssm_d:- ssm_norm ssm_out';
