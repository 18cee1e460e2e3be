/** Layers, blocks and rules that many architectures have, for descriptions to begin with. */

import type {
  Activation,
  Attention,
  Block,
  Branch,
  Experts,
  FeedForward,
  Forward,
  Layer,
  LayerViewRule,
  Rotation,
} from './forward.js';

export const NEIGHBORS: Rotation = { pairs: 'neighbors' };
export const HALVES: Rotation = { pairs: 'halves' };

/** Causal attention with heads, turned by position. */
export function attention(rotation: Attention['rotation'], more: Partial<Attention> = {}): Attention {
  return { kind: 'attention', sees: 'earlier', rotation, ...more };
}

export function feedForward(activation: Activation, more: Partial<FeedForward> = {}): FeedForward {
  return { kind: 'feed-forward', activation, ...more };
}

/** Softmax over all experts, the weights of the chosen made to sum to 1. */
export const SOFTMAX_EXPERTS: Experts = {
  gating: 'softmax',
  normalized: true,
  scale: ({ number }) => number('expert_weights_scale') ?? 1,
};

/** A norm, attention, added; a norm, the network, added. */
export function serial(
  mixing: Block,
  network: Block,
  more: { mixing?: Partial<Branch>; network?: Partial<Branch> } = {},
): Layer {
  return {
    steps: [
      { branches: [{ norm: 'attn_norm', block: mixing, ...more.mixing }] },
      { branches: [{ norm: 'ffn_norm', block: network, ...more.network }] },
    ],
  };
}

/** Attention and the network beside each other, both added at once. */
export function parallel(mixing: Block, network: Block, norm: string | null = 'ffn_norm'): Layer {
  return {
    steps: [
      {
        branches: [
          { norm: 'attn_norm', block: mixing },
          { norm: norm ?? 'ffn_norm', block: network },
        ],
      },
    ],
  };
}

/** A model whose layers are all alike, with a norm and an output behind them. */
export function decoder(layer: Layer, more: Partial<Forward> = {}): Forward {
  return { norm: 'rms', input: {}, layer: () => layer, output: {}, ...more };
}

/** Norms of queries and keys before they are turned; each is used where its tensor is stored. */
export const HEAD_NORM: NonNullable<Attention['headNorm']> = { kind: 'rms', place: 'before-rotation' };

/** Norms behind attention and network, each before its result is added. */
export const POST_NORMS = { mixing: { post: 'post_attention_norm' }, network: { post: 'post_ffw_norm' } } as const;

/** √ of the length of the residual stream's vectors. */
export const ROOT_OF_WIDTH: LayerViewRule<number> = ({ number }) => Math.sqrt(number('embedding_length') ?? 1);

/** A number under a key, or what holds where it is missing. */
export function keyed(key: string, otherwise: number): LayerViewRule<number> {
  return ({ number }) => number(key) ?? otherwise;
}
