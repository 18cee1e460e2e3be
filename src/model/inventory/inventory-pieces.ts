/** Names that many architectures have in common, in the notation of notation.ts. */

/** The same names, each of which may be missing. */
export const maybe = (names: string) => names.replace(/([^ ?]+)\??/g, '$1?');

/** Norms and matrices with a bias each, as in GPT-2 and its relatives. */
export const withBiases = (names: string) => names.replace(/\S+/g, '$& $&:bias');

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
export const DENSE_OR_EXPERTS = [
  'ffn_gate+ffn_up+ffn_down|ffn_gate_inp+ffn_gate_up_exps+ffn_down_exps|ffn_gate_inp+ffn_gate_exps+ffn_up_exps+ffn_down_exps',
  maybe(`${GATED} ${EXPERTS} ffn_gate_up_exps`),
].join(' ');
