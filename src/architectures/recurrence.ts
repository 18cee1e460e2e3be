/** The blocks that keep a state of fixed size from token to token in place of keys and values, as data. */

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
 * linear attention where `time_mix_first` is not stored, and 7 (https://arxiv.org/abs/2503.14456).
 */
export interface TimeMixing {
  kind: 'rwkv-6' | 'rwkv-7';
}

/** RWKV's network, which looks at the token before as well (`channel_mix_…`). */
export interface ChannelMixing {
  kind: 'channel-mixing';
}

/** A selective state space (https://arxiv.org/abs/2312.00752, https://arxiv.org/abs/2405.21060): `ssm_…`, with the keys of `ssm.*`. */
export interface Mamba {
  kind: 'mamba' | 'mamba-2';
  /** Steps, B and C are normalized though no norm is stored for them; where one is, they are anyway. */
  normed?: Rule<boolean>;
  /** Of Mamba: gate and input of each head stand in turn, a head has one rate, and `ssm_x` gives the step last (PLaMo-2). */
  byHead?: true;
}

/** out = W (c · convolution of (b · x)), where `shortconv.in_proj` gives b, c and x (LFM2). */
export interface ShortConvolution {
  kind: 'short-convolution';
  /** A token reads as many tokens behind itself as before it. */
  sees: 'earlier' | 'all';
}

/**
 * What a token and those before it are together is hashed to rows of `per_layer_token_embd`, and these go to all residual streams
 * (`ple_…`, with the keys of `ple.*`); a convolution keeps some tokens.
 */
export interface NgramEmbedding {
  kind: 'ngram-embedding';
}

/**
 * The gated delta rule (https://arxiv.org/abs/2412.06464): `attn_qkv` and `attn_gate`, or all of it in `ssm_in`; `ssm_beta` and
 * `ssm_alpha`, or both in `ssm_ba`; and the keys of `ssm.*`.
 */
export interface DeltaRule {
  kind: 'delta-rule';
  /** Heads share queries and keys: as many heads in a row the same, or the heads of keys in turn. */
  sharing: 'row' | 'turn';
  /** What the gate goes through; silu where it is not given. */
  gate?: Rule<'silu' | 'sigmoid'>;
}

/** The delta rule with a decay for each row of a head's state (https://arxiv.org/abs/2510.26692), heads of `kda.head_dim`. */
export interface KimiDelta {
  kind: 'kimi-delta';
  /** The decay's logarithm is least × σ(sign × rate × x), and not rate × softplus(x). */
  bound?: Rule<{ least: number; sign: 1 | -1 } | null>;
}

/** Attention without softmax whose state fades by a number for each head and layer (https://arxiv.org/abs/2401.04658). */
export interface Lightning {
  kind: 'lightning';
}
