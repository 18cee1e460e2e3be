/** Layers, blocks and rules that the descriptions of many architectures are built from. */

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

/** M-RoPE with its sections one after the other, and with the first three sections interleaved. */
export const SECTIONS_IN_ORDER: Rotation = { pairs: 'halves', sections: 'in-order' };
export const SECTIONS_IN_TURNS: Rotation = { pairs: 'halves', sections: 'in-turns' };

/** Causal multi-head attention with rotated queries and keys. */
export function attention(rotation: Attention['rotation'], more: Partial<Attention> = {}): Attention {
  return { kind: 'attention', sees: 'earlier', rotation, ...more };
}

export function feedForward(activation: FeedForward['activation'], more: Partial<FeedForward> = {}): FeedForward {
  return { kind: 'feed-forward', activation, ...more };
}

/** Softmax over all experts; the weights of the selected experts are normalized to sum to 1. */
export const SOFTMAX_EXPERTS: Experts = { gating: 'softmax', normalized: true };

/** Softmax over all experts; the weights are used without normalization. */
export const UNNORMALIZED_EXPERTS: Experts = { gating: 'softmax', normalized: false };

/** A layer of two steps: norm, attention, sum; norm, network, sum. */
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

/** A layer of one step: attention and the network run in parallel, and both results are added at once. */
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

/** A model whose layers all follow one rule, with a norm and an output matrix after them. */
export function decoder(layer: Layer | LayerViewRule<Layer>, more: Partial<Forward> = {}): Forward {
  return { norm: 'rms', input: {}, layer: typeof layer === 'function' ? layer : () => layer, output: {}, ...more };
}

/**
 * Granite and MiniCPM: Llama with factors on the embedding, on the result of each block, on the attention scores, and a divisor of the
 * logits. `otherwise` gives the values for missing keys; a factor of 0 means no factor.
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

/** Factor on the attention scores from the key `attention.scale`; 1 ÷ √(length of a key) if it is missing or 0. */
export const KEYED_SCALE: LayerViewRule<number> = (at) => at.number('attention.scale') || 1 / Math.sqrt(keyLength(at));

/** Length of one head's key vector, from the metadata. */
export function keyLength({ number, numberAt, slides }: LayerView): number {
  const shared = Math.floor((number('embedding_length') ?? 0) / (numberAt('attention.head_count', 0) || 1));
  const full = number('attention.key_length') ?? shared;
  return slides ? (number('attention.key_length_swa') ?? full) : full;
}

/** Norms of queries and keys before the rotation; each is used if its tensor is stored. */
export const HEAD_NORM: NonNullable<Attention['headNorm']> = { kind: 'rms', place: 'before-rotation' };

/** Norms after attention and after the network, each before its result is added. */
export const POST_NORMS = { mixing: { post: 'post_attention_norm' }, network: { post: 'post_ffw_norm' } } as const;

/** √ of the embedding length. */
export const ROOT_OF_WIDTH: LayerViewRule<number> = ({ number }) => Math.sqrt(number('embedding_length') ?? 1);

/** The number under a key, or `otherwise` if the key is missing. */
export function keyed(key: string, otherwise: number): LayerViewRule<number> {
  return ({ number }) => number(key) ?? otherwise;
}

/** Rotations with divisors of the angles for long contexts: one list, or two lists between which the trained context decides. */
export const NEIGHBORS_WITH_FACTORS: Rotation = { pairs: 'neighbors', factors: 'one' };
export const HALVES_WITH_FACTORS: Rotation = { pairs: 'halves', factors: 'one' };

/** Layers with a window use a separate rotation base if the key gives one; their positions are scaled like those of the other layers. */
export const OWN_BASE_IN_WINDOW: NonNullable<Rotation['inWindow']> = { base: 'model', readsKey: true, stretched: true };

/** A layer with norms only after attention and network: both read the residual stream without a norm. */
export function normedBehind(mixing: Block, network: Block): Layer {
  return {
    steps: [
      { branches: [{ norm: null, block: mixing, post: 'post_attention_norm' }] },
      { branches: [{ norm: null, block: network, post: 'post_ffw_norm' }] },
    ],
  };
}

/** The factor that spreads a query's scores, by its position: 1 + scale × ln(⌊(position + offset) ÷ floor⌋ + 1). */
export function temperatureAt(scale: number, floor: number, offset: number): (position: number) => number {
  return (position) => Math.log(Math.floor((position + offset) / floor) + 1) * scale + 1;
}

/** Attention in which every token sees all others. */
export function bidirectional(rotation: Attention['rotation'], more: Partial<Attention> = {}): Attention {
  return attention(rotation, { sees: 'all', ...more });
}

/** The window, to both sides, in layers that slide according to the facet `cache`. */
export const WINDOW_TO_BOTH_SIDES: NonNullable<Attention['window']> = ({ slides, window }) =>
  slides ? { tokens: window, shape: 'both-sides' } : null;

const GATINGS: readonly (Gating | undefined)[] = [
  undefined,
  'softmax',
  'sigmoid',
  'softmax-of-chosen',
  'sqrt-softplus',
];

/** The gating function from the key `expert_gating_func`, or the loader's default if the key is missing or 0. */
export function keyedGating(otherwise?: Gating): LayerViewRule<Gating | undefined> {
  return ({ number }) => GATINGS[number('expert_gating_func') ?? 0] ?? otherwise;
}

/** Experts whose gating, scale and normalization come from keys, as in the DeepSeek models. */
export function keyedExperts(otherwise?: Gating, more: Partial<Experts> = {}): Experts {
  return {
    gating: keyedGating(otherwise),
    normalized: ({ flag }) => flag('expert_weights_norm') === true,
    scale: ({ number }) => number('expert_weights_scale') ?? 1,
    ...more,
  };
}

/** A clamp whose limit comes from a key, for each layer; 0 means no clamp. */
export function keyedClamp(key: string, gate: Clamp['gate']): LayerViewRule<Clamp | null> {
  return ({ number }) => {
    const limit = number(key) ?? 0;
    return limit > 1e-6 ? { limit, gate } : null;
  };
}
