/** How vectors travel through encoders: BERT, its descendants, and T5. */

import type { Attention, FeedForward, Forward, Input, LayerViewRule, Rotation, Step } from './forward.js';
import { attention, bidirectional, decoder, feedForward, serial, WINDOW_TO_BOTH_SIDES } from './forward-pieces.js';

/** The layer's input is added a second time (JinaBERT), if its norm is stored. */
const INPUT_AGAIN: Step = {
  branches: [{ norm: null, reads: 'layer-input', block: { kind: 'identity' } }],
  normBehindSum: 'attn_norm_2',
};

/**
 * BERT (https://arxiv.org/abs/1810.04805): the rows for token, type and position are added and normalized; each layer has norms after its
 * sums, and there is no norm after the last layer.
 */
export function bertForward(
  rotation: Rotation | null,
  network: FeedForward,
  more: { positions?: Input['positions']; attention?: Partial<Attention> } = {},
): Forward {
  const mixing = bidirectional(rotation, { headNorm: { kind: 'layer', place: 'before-rotation' }, ...more.attention });
  return {
    norm: 'layer',
    input: { ...(more.positions && { positions: more.positions }), tokenTypes: true, norm: 'token_embd_norm' },
    layer: (at) => ({
      steps: [
        { branches: [{ norm: null, block: mixing }], normBehindSum: 'attn_output_norm' },
        ...(at.stored('attn_norm_2.weight') ? [INPUT_AGAIN] : []),
        { branches: [{ norm: null, block: network }], normBehindSum: 'layer_output_norm' },
      ],
    }),
    output: { norm: null },
  };
}

/** The meaning of `hidden_activation` for a network with a gate. Any other value, or a missing key, means GELU. */
const GATED_ACTS: Readonly<Record<string, 'gelu' | 'silu' | 'relu'>> = {
  ...{ silu: 'silu', swish: 'silu', swiglu: 'silu' },
  ...{ relu: 'relu', reglu: 'relu' },
};

/**
 * ModernBERT (https://arxiv.org/abs/2412.13663): norms before each block, windows to both sides, and gate and up projection in one matrix.
 */
export const MODERN_BERT_FORWARD: Forward = decoder(
  (at) => {
    const mixing = bidirectional(
      { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
      { window: WINDOW_TO_BOTH_SIDES, fusedParts: 'in-thrice-the-rows' },
    );
    const network = feedForward(GATED_ACTS[at.text('hidden_activation') ?? ''] ?? 'gelu', {
      // For "relu" llama.cpp builds a network without a gate.
      gateInUp: at.text('hidden_activation') !== 'relu',
    });
    // The first layer has no norm except that of the embedding.
    const bare = at.layer === 0 && !at.stored('attn_norm.weight');
    return serial(mixing, network, bare ? { mixing: { norm: null } } : {});
  },
  { norm: 'layer', input: { norm: 'token_embd_norm' }, output: { rank: { from: 'mean', through: 'gelu' } } },
);

/** GELU if a gate is stored, ReLU otherwise. */
const T5_NETWORK = feedForward((at) => (at.stored('ffn_gate.weight') ? 'gelu' : 'relu'));

/** T5 (https://arxiv.org/abs/1910.10683) neither rotates nor scales: it adds a learned bias for each distance. */
const T5_ATTENTION: Partial<Attention> = { outputName: 'o', scale: 1, distanceBias: 'attn_rel_b' };

/** The encoder of T5; some models consist only of it. */
export const T5_ENCODER_FORWARD: Forward = decoder(serial(bidirectional(null, T5_ATTENTION), T5_NETWORK), {
  stack: { trunk: 'enc.blk' },
  output: { norm: 'enc.output_norm' },
});

/** Cross attention: the keys and values come from the vectors of the encoder. */
const T5_CROSS: Attention = {
  ...{ kind: 'attention', sees: 'all', rotation: null, scale: 1 },
  ...{ names: 'cross_attn', outputName: 'o', keysFrom: 'encoder' },
};

const T5_DECODER_LAYER: LayerViewRule<ReturnType<Forward['layer']>> = () => ({
  steps: [
    { branches: [{ norm: 'attn_norm', block: attention(null, T5_ATTENTION) }] },
    { branches: [{ norm: 'cross_attn_norm', block: T5_CROSS }] },
    { branches: [{ norm: 'ffn_norm', block: T5_NETWORK }] },
  ],
});

/** The whole T5: the encoder reads the prompt; the decoder attends to the encoder's vectors and starts from its own start token. */
export const T5_DECODER_FORWARD: Forward = decoder(T5_DECODER_LAYER, {
  before: { forward: T5_ENCODER_FORWARD, gives: 'for-attention' },
  stack: { trunk: 'dec.blk', count: 'decoder_block_count' },
  output: { norm: 'dec.output_norm' },
});
