/** Llama and the architectures that are built and loaded like it. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { hasFeedForward, hasHeads, isLlama4Sparse, isRecurrent } from './conditions.js';
import type { Block, Layer, Step } from './forward.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES_WITH_FACTORS,
  HEAD_NORM,
  NEIGHBORS,
  NEIGHBORS_WITH_FACTORS,
  OWN_BASE_IN_WINDOW,
  SOFTMAX_EXPERTS,
  scaledDecoder,
  serial,
  temperatureAt,
} from './forward-pieces.js';
import { RMS } from './key-pieces.js';
import type { LayerView } from './layer-view.js';
import { layers, when } from './notation.js';
import {
  ATTENTION,
  DECODER,
  EXPERTS,
  GATED,
  GATED_BIASES,
  LLAMA_TENSORS,
  NORMED_DECODER,
  PLAIN,
  QK_NORMS,
  ROPE,
  ROPE_FREQS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const LLAMA_NETWORK = feedForward('silu', { experts: SOFTMAX_EXPERTS });

/**
 * Layers with `attention.head_count` 0 have no attention, and those without key heads have one matrix instead; a layer with
 * `feed_forward_length` 0 does nothing.
 */
const deciLayer = ({ number }: LayerView): Layer => {
  const network: Step = { branches: [{ norm: 'ffn_norm', block: feedForward('silu') }] };
  if (number('feed_forward_length') === 0) return { steps: [] };
  const heads = number('attention.head_count') ?? 0;
  if (heads === 0) return { steps: [network] };
  const attends = (number('attention.head_count_kv') ?? heads) > 0;
  const block: Block = attends ? attention(NEIGHBORS_WITH_FACTORS) : { kind: 'linear', tensor: 'attn_output' };
  return { steps: [{ branches: [{ norm: 'attn_norm', block }] }, network] };
};

/** Llama 4 rotates and normalizes queries and keys in layers with a window; the other layers spread their scores by position. */
const llama4Layer = (at: LayerView): Layer => {
  // Without a window there are no chunks, and all layers but the last rotate.
  const chunked = at.number('attention.sliding_window') !== 0;
  const turned = (at.layer + 1) % (chunked ? 4 : at.layers) !== 0;
  return serial(
    attention(turned ? { ...NEIGHBORS_WITH_FACTORS, inWindow: OWN_BASE_IN_WINDOW } : null, {
      window: at.slides ? { tokens: at.window, shape: 'chunk' } : null,
      headNorm:
        turned && at.number('expert_count') !== 128 ? { kind: 'rms', place: 'behind-rotation', bare: 'both' } : null,
      temperature: () => (turned || !chunked ? null : temperatureAt(0.1, 8192, 1)),
    }),
    feedForward('silu', { experts: { gating: 'sigmoid', normalized: false, weightsBefore: true } }),
  );
};

/** Ministral 3 spreads the scores of queries beyond the trained context, if the key says by how much. */
const mistral3Temperature = (at: LayerView) => {
  const scale = at.number('attention.temperature_scale') ?? 0;
  const context = at.number('rope.scaling.original_context_length') ?? at.number('context_length') ?? 0;
  return scale === 0 || context === 0 ? null : temperatureAt(scale, context, 0);
};

/** The layers run several times; between the rounds the vectors go through the output norm. */
const betweenRounds = ({ layer, layers, number, flag }: LayerView): Partial<Layer> => {
  const stored = number('block_count') ?? layers;
  const ends = (layer + 1) % stored === 0 && layer + 1 < layers;
  return ends && flag('skip_loop_final_norm') !== true ? { normBehind: 'output_norm' } : {};
};

export const LLAMA = (): Family => ({
  apertus: {
    tensors: layers(
      `${UNTIED} ${ROPE}`,
      `${ATTENTION} attn_output:bias? ffn_norm ${PLAIN} ${QK_NORMS} attn_q_norm:bias? attn_k_norm:bias?`,
    ),
    keys: [RMS, ...['alpha_n', 'alpha_p', 'beta', 'eps'].map((key) => ({ whole: `xielu.${key}` }))],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder((at) =>
      serial(
        attention(HALVES_WITH_FACTORS, { headNorm: HEAD_NORM }),
        feedForward({
          kind: 'xielu',
          alphaN: at.plainNumber('xielu.alpha_n') ?? 0,
          alphaP: at.plainNumber('xielu.alpha_p') ?? 0,
          beta: at.plainNumber('xielu.beta') ?? 0,
          epsilon: at.plainNumber('xielu.eps') ?? 0,
        }),
      ),
    ),
  },
  arcee: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, `${ATTENTION} ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS_WITH_FACTORS), feedForward('relu-squared'))),
  },
  deci: {
    tensors: layers(
      `${TIED} ${ROPE}`,
      when(isRecurrent, [when(hasHeads, 'attn_norm attn_output')], ATTENTION),
      when(hasFeedForward, `ffn_norm ${GATED}`),
      `attn_output:bias? ${GATED_BIASES}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(deciLayer),
    turnsWholeHeads: true,
  },
  llama: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS_WITH_FACTORS), LLAMA_NETWORK)),
    turnsWholeHeads: true,
  },
  'llama-embed': {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS_WITH_FACTORS), LLAMA_NETWORK)),
    turnsWholeHeads: true,
  },
  llama4: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `${ATTENTION} ffn_norm`,
      when(isLlama4Sparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS, 'expert_feed_forward_length', 'interleave_moe_layer_step'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'unless-zero', fixedSize: 8192, layers: { period: 4 } } },
    forward: decoder(llama4Layer),
  },
  maincoder: {
    tensors: layers(TIED, NORMED_DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(NEIGHBORS, { headNorm: { kind: 'rms', place: 'behind-rotation' } }), feedForward('silu')),
    ),
  },
  minicpm: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: scaledDecoder(() => NEIGHBORS_WITH_FACTORS, {
      input: () => 12,
      residual: ({ layers }) => 1.4 / Math.sqrt(layers),
      logits: ({ number }) => 256 / (number('embedding_length') ?? 256),
    }),
  },
  mistral3: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(
          { ...NEIGHBORS_WITH_FACTORS, yarnKeys: ['betas', 'log-multiplier'] },
          { temperature: mistral3Temperature },
        ),
        LLAMA_NETWORK,
      ),
    ),
  },
  nanbeige: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, DECODER),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', loops: true },
    forward: decoder((at) => ({
      ...serial(attention(NEIGHBORS_WITH_FACTORS), feedForward('silu')),
      ...betweenRounds(at),
    })),
  },
  refact: {
    tensors: LLAMA_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(null, { alibi: 8, ignoresOutputBias: true }), feedForward('silu', { ignoresBiases: true })),
    ),
  },
  smollm3: {
    tensors: layers(TIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(({ layer }) => serial(attention((layer + 1) % 4 === 0 ? null : NEIGHBORS), feedForward('silu'))),
  },
});
