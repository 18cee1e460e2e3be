/** The blocks that keep a state of fixed size from token to token in place of keys and values, as data. */

import type { Rule } from './forward.js';

export type Recurrence = Mamba | ShortConvolution;

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
