/** Layers, blocks and rules that many architectures have, for descriptions to begin with. */

import type {
  Attention,
  Block,
  Branch,
  Clamp,
  Experts,
  FeedForward,
  Forward,
  Gating,
  Layer,
  LayerViewRule,
  Rotation,
} from './forward.js';
import type { LayerView } from './layer-view.js';

export const NEIGHBORS: Rotation = { pairs: 'neighbors' };
export const HALVES: Rotation = { pairs: 'halves' };

/** M-RoPE with its sections one behind the other, and with the first three in turns. */
export const SECTIONS_IN_ORDER: Rotation = { pairs: 'halves', sections: 'in-order' };
export const SECTIONS_IN_TURNS: Rotation = { pairs: 'halves', sections: 'in-turns' };

/** Causal attention with heads, turned by position. */
export function attention(rotation: Attention['rotation'], more: Partial<Attention> = {}): Attention {
  return { kind: 'attention', sees: 'earlier', rotation, ...more };
}

export function feedForward(activation: FeedForward['activation'], more: Partial<FeedForward> = {}): FeedForward {
  return { kind: 'feed-forward', activation, ...more };
}

/** Softmax over all experts, the weights of the chosen made to sum to 1. */
export const SOFTMAX_EXPERTS: Experts = { gating: 'softmax', normalized: true };

/** The same with the weights as the softmax gave them. */
export const UNNORMALIZED_EXPERTS: Experts = { gating: 'softmax', normalized: false };

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

/** A layer of two steps whose tensors `hc_attn_…` and `hc_ffn_…` mix several residual streams. */
export function inStreams({ steps }: Layer): Layer {
  return { steps: steps.map((step, i) => ({ ...step, streams: i === 0 ? 'hc_attn' : 'hc_ffn' })) };
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
export function decoder(layer: Layer | LayerViewRule<Layer>, more: Partial<Forward> = {}): Forward {
  return { norm: 'rms', input: {}, layer: typeof layer === 'function' ? layer : () => layer, output: {}, ...more };
}

/**
 * Granite and MiniCPM: Llama with factors on the embedding, on what each block adds, on scores of attention and (divided by it) on the
 * scores of tokens. `otherwise` is what holds where the keys are missing; a factor of 0 is none.
 */
export function scaledDecoder(
  rotation: LayerViewRule<Rotation | null>,
  otherwise: { input?: LayerViewRule<number>; residual?: LayerViewRule<number>; logits?: LayerViewRule<number> } = {},
  more: { mixing?: Block | LayerViewRule<Block>; network?: FeedForward } = {},
): Forward {
  const factor = (key: string, rule?: LayerViewRule<number>): LayerViewRule<number> => {
    return (at) => (at.number(key) ?? rule?.(at) ?? 0) || 1;
  };
  const scale = factor('residual_scale', otherwise.residual);
  const mixing = more.mixing ?? attention(rotation, { scale: KEYED_SCALE });
  const network = more.network ?? feedForward('silu', { experts: SOFTMAX_EXPERTS });
  const layer = (own: Block) => serial(own, network, { mixing: { scale }, network: { scale } });
  return decoder(typeof mixing === 'function' ? (at) => layer(mixing(at)) : layer(mixing), {
    input: { scale: factor('embedding_scale', otherwise.input) },
    output: { scale: (at) => 1 / factor('logit_scale', otherwise.logits)(at) },
  });
}

/** Factor on the scores by the key `attention.scale`; 1 ÷ √(length of a key) where it is missing or 0. */
export const KEYED_SCALE: LayerViewRule<number> = (at) => at.number('attention.scale') || 1 / Math.sqrt(keyLength(at));

/** Numbers of a head's key by the keys of the metadata. */
export function keyLength({ number, numberAt, slides }: LayerView): number {
  const shared = Math.floor((number('embedding_length') ?? 0) / (numberAt('attention.head_count', 0) || 1));
  const full = number('attention.key_length') ?? shared;
  return slides ? (number('attention.key_length_swa') ?? full) : full;
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

/** Divisors of the rotation's angles for long contexts: one list, or two of which the trained context chooses. */
export const NEIGHBORS_WITH_FACTORS: Rotation = { pairs: 'neighbors', factors: 'one' };
export const HALVES_WITH_FACTORS: Rotation = { pairs: 'halves', factors: 'one' };

/** Layers with a window turn by a base of their own where the key gives one, stretched like the others. */
export const OWN_BASE_IN_WINDOW: NonNullable<Rotation['inWindow']> = { base: 'model', readsKey: true, stretched: true };

/** Norms behind attention and network only: both read the residual stream as it is. */
export function normedBehind(mixing: Block, network: Block): Layer {
  return {
    steps: [
      { branches: [{ norm: null, block: mixing, post: 'post_attention_norm' }] },
      { branches: [{ norm: null, block: network, post: 'post_ffw_norm' }] },
    ],
  };
}

/** How far a query's scores are spread by its position: 1 + scale × ln(⌊(position + offset) ÷ floor⌋ + 1). */
export function temperatureAt(scale: number, floor: number, offset: number): (position: number) => number {
  return (position) => Math.log(Math.floor((position + offset) / floor) + 1) * scale + 1;
}

/** Every token sees all others. */
export function bidirectional(rotation: Attention['rotation'], more: Partial<Attention> = {}): Attention {
  return attention(rotation, { sees: 'all', ...more });
}

/** The window of layers that slide, to both sides, by the facet `cache`. */
export const WINDOW_TO_BOTH_SIDES: NonNullable<Attention['window']> = ({ slides, window }) =>
  slides ? { tokens: window, shape: 'both-sides' } : null;

const GATINGS: readonly (Gating | undefined)[] = [
  undefined,
  'softmax',
  'sigmoid',
  'softmax-of-chosen',
  'sqrt-softplus',
];

/** The key `expert_gating_func`, or what the loader takes where it is missing or 0. */
export function keyedGating(otherwise?: Gating): LayerViewRule<Gating | undefined> {
  return ({ number }) => GATINGS[number('expert_gating_func') ?? 0] ?? otherwise;
}

/** Experts whose gating, scale and normalization stand in keys, as in DeepSeek's line. */
export function keyedExperts(otherwise?: Gating, more: Partial<Experts> = {}): Experts {
  return {
    gating: keyedGating(otherwise),
    normalized: ({ flag }) => flag('expert_weights_norm') === true,
    scale: ({ number }) => number('expert_weights_scale') ?? 1,
    ...more,
  };
}

/** A clamp whose limit stands in a key for each layer; 0: none. */
export function keyedClamp(key: string, gate: Clamp['gate']): LayerViewRule<Clamp | null> {
  return ({ number }) => {
    const limit = number(key) ?? 0;
    return limit > 1e-6 ? { limit, gate } : null;
  };
}
