/** Names of tensors that several architectures have in common, in the notation of notation.ts. */

import { hasExperts, hasQueryLatent, isSparse } from './conditions.js';
import { layers, when } from './notation.js';

/** The same names, each of which may be missing. */
export const maybe = (names: string) => names.replace(/([^ ?]+)\??/g, '$1?');

/** Norms and matrices with a bias each, as in GPT-2 and its relatives. */
export const withBiases = (names: string) => names.replace(/\S+/g, '$& $&:bias');

/** The scales that each of these may have: of its numbers, and of what is multiplied with them. */
export const scales = (names: string) => names.replace(/\S+/g, '$&:scale? $&:input_scale?');

/** The ends of a decoder: with an output matrix of its own, or with the token embedding in its place. */
export const UNTIED = 'token_embd output_norm output';
export const TIED = 'token_embd output_norm output?';

/** Factors for the angles of rotated positions. They belong to no layer. */
export const ROPE_FREQS = 'rope_freqs?';
export const ROPE_FACTORS = 'rope_factors_long? rope_factors_short?';
export const ROPE = `${ROPE_FREQS} ${ROPE_FACTORS}`;

/** Queries, keys and values, as one matrix or as three; biases only where the model has them. */
export const QKV = 'attn_qkv|attn_q+attn_k+attn_v attn_qkv:bias? attn_q:bias? attn_k:bias? attn_v:bias?';
export const ATTENTION = `attn_norm ${QKV} attn_output`;
export const QK_NORMS = 'attn_q_norm attn_k_norm';

/** The feed-forward network, with and without a gate, and its biases where a model may have them. */
export const GATED = 'ffn_gate ffn_up ffn_down';
export const PLAIN = 'ffn_up ffn_down';
export const GATED_BIASES = 'ffn_gate:bias? ffn_up:bias? ffn_down:bias?';

/** Experts with their router; gate and up may be one matrix. */
export const EXPERTS = 'ffn_gate_inp ffn_gate_exps ffn_up_exps ffn_down_exps';
export const FUSED_EXPERTS = 'ffn_gate_inp ffn_gate_up_exps|ffn_gate_exps+ffn_up_exps ffn_down_exps';
export const SHARED_EXPERT = 'ffn_gate_shexp ffn_up_shexp ffn_down_shexp';

/** What a layer for next-token prediction has beside that of other layers. */
export const NEXT_TOKEN =
  'nextn.eh_proj nextn.enorm nextn.hnorm nextn.embed_tokens? nextn.shared_head_head? nextn.shared_head_norm?';

/** A layer has a feed-forward network or experts, and nothing but its tensors says which; the loader takes both. */
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

/** The same with norms for queries and keys. */
export const NORMED_DECODER = `${DECODER} ${QK_NORMS}`;

/** Llama itself and those that are loaded like it: dense, or with experts where the file counts any. */
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

/** Latent attention: queries, and keys with values, go through a short vector. */
export const QUERY_LATENT = 'attn_q_a attn_q_a_norm attn_q_b';

export const KEY_LATENT = 'attn_kv_a_mqa attn_kv_a_norm';

export const LATENT_QUERY = when(hasQueryLatent, QUERY_LATENT, 'attn_q');

/** A layer's attention where each head has its own way up from the short vector. */
export const LATENT_BY_HEAD = `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_k_b attn_v_b attn_output ffn_norm`;

/** What picks the tokens to attend to. */
export const INDEXER = 'indexer.k_norm indexer.k_norm:bias indexer.proj indexer.attn_k indexer.attn_q_b';

/** Experts behind the leading layers, with a correction of the router's scores where the model has one. */
export const DEEPSEEK_SPARSE = when(isSparse, `${EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED);

/** A layer of Kimi delta attention, which keeps a state. */
export const KIMI_DELTA = `ssm_conv1d_q ssm_conv1d_k ssm_conv1d_v ${QKV} ssm_beta ssm_a:- ssm_dt:bias ssm_norm attn_output`;

/** Attention without the norm before it. */
export const SELF_ATTENTION = `${QKV} attn_output`;

/** Mamba's block, and that of Mamba 2 (the bias of whose convolution some models lack). */
export const MAMBA = 'ssm_in ssm_conv1d ssm_conv1d:bias ssm_x ssm_dt ssm_dt:bias ssm_a:- ssm_d:- ssm_out';

export const MAMBA2 = 'ssm_in ssm_conv1d ssm_conv1d:bias? ssm_dt:bias ssm_a:- ssm_d:- ssm_norm ssm_out';
