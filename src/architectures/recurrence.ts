/** Blocks that keep a state of fixed size from token to token instead of keys and values, as data. */

import type { Rule } from './rule.js';

export type Recurrence =
  | Mamba
  | ShortConvolution
  | TimeMixing
  | ChannelMixing
  | NgramEmbedding
  | DeltaRule
  | KimiDelta
  | Lightning;

/**
 * RWKV's attention without softmax (`time_mix_…`, heads of `wkv.head_size`): version 6 (https://arxiv.org/abs/2404.05892), which is gated
 * linear attention if `time_mix_first` is not stored, and version 7 (https://arxiv.org/abs/2503.14456).
 */
export interface TimeMixing {
  kind: 'rwkv-6' | 'rwkv-7';
}

/** RWKV's feed-forward network, which also reads the previous token (`channel_mix_…`). */
export interface ChannelMixing {
  kind: 'channel-mixing';
}

/** A selective state space (https://arxiv.org/abs/2312.00752, https://arxiv.org/abs/2405.21060): `ssm_…`, with the keys of `ssm.*`. */
export interface Mamba {
  kind: 'mamba' | 'mamba-2';
  /** Steps, B and C are normalized even if no norm is stored for them. A stored norm is always used. */
  normed?: Rule<boolean>;
  /** For Mamba: gate and input alternate head by head, a head has one rate, and `ssm_x` gives the step last (PLaMo-2). */
  byHead?: true;
}

/** out = W (c · convolution of (b · x)), where `shortconv.in_proj` gives b, c and x (LFM2). */
export interface ShortConvolution {
  kind: 'short-convolution';
  /** `all`: a token reads the same number of tokens after itself as before it. */
  sees: 'earlier' | 'all';
}

/**
 * A token and the tokens before it are hashed together to rows of `per_layer_token_embd`, which are added to all residual streams (`ple_…`,
 * with the keys `ple.*`). A convolution keeps its last inputs as state.
 */
export interface NgramEmbedding {
  kind: 'ngram-embedding';
}

/**
 * The gated delta rule (https://arxiv.org/abs/2412.06464): `attn_qkv` and `attn_gate`, or all of it in `ssm_in`; `ssm_beta` and
 * `ssm_alpha`, or both in `ssm_ba`; with the keys `ssm.*`.
 */
export interface DeltaRule {
  kind: 'delta-rule';
  /** How heads share queries and keys. `row`: consecutive heads share one; `turn`: the heads cycle through the heads of keys. */
  sharing: 'row' | 'turn';
  /** The activation function of the gate; default silu. */
  gate?: Rule<'silu' | 'sigmoid'>;
}

/** The delta rule with a decay for each row of a head's state (https://arxiv.org/abs/2510.26692), heads of `kda.head_dim`. */
export interface KimiDelta {
  kind: 'kimi-delta';
  /** If given, the logarithm of the decay is least × σ(sign × rate × x) instead of rate × softplus(x). */
  bound?: Rule<{ least: number; sign: 1 | -1 } | null>;
}

/** Attention without softmax whose state decays by a fixed factor for each head and layer (https://arxiv.org/abs/2401.04658). */
export interface Lightning {
  kind: 'lightning';
}
