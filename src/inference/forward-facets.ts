/** How a vector travels, by architecture. */

import type { NotKnown } from '../architectures/architecture.js';
import { attention, decoder, feedForward, HALVES, parallel, SOFTMAX_EXPERTS, serial } from '../architectures/blocks.js';
import type { Forward, LayerViewRule } from '../architectures/forward.js';

const HEAD_NORM = { kind: 'rms', place: 'before-rotation' } as const;

const byEmbeddingAt =
  (layers: number): LayerViewRule<number> =>
  (at) => {
    const heads = at.numberAt('attention.head_count', 0) ?? 1;
    const shared = Math.max(1, Math.floor((at.number('embedding_length') ?? 0) / heads));
    return 1 / Math.sqrt(at.layers === layers ? shared : (at.number('attention.key_length') ?? shared));
  };
const rootOfWidth: LayerViewRule<number> = ({ number }) => Math.sqrt(number('embedding_length') ?? 1);

const QWEN3 = decoder(
  serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
);

export const FORWARD: Readonly<Record<string, Forward | NotKnown>> = {
  llama: decoder(
    serial(attention({ pairs: 'neighbors', factors: 'one' }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
  ),
  qwen2: decoder(serial(attention(HALVES), feedForward('silu'))),
  qwen3: QWEN3,
  qwen3moe: QWEN3,
  gemma2: decoder(
    serial(
      attention(HALVES, { cap: ({ number }) => number('attn_logit_softcapping') ?? 50, scale: byEmbeddingAt(46) }),
      feedForward('gelu'),
      { mixing: { post: 'post_attention_norm' }, network: { post: 'post_ffw_norm' } },
    ),
    { input: { scale: rootOfWidth }, output: { cap: ({ number }) => number('final_logit_softcapping') ?? 30 } },
  ),
  gemma3: decoder(
    serial(
      attention(
        { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
        { headNorm: HEAD_NORM, scale: byEmbeddingAt(62) },
      ),
      feedForward('gelu'),
      { mixing: { post: 'post_attention_norm' }, network: { post: 'post_ffw_norm' } },
    ),
    { input: { scale: rootOfWidth }, output: { cap: ({ number }) => number('final_logit_softcapping') ?? 0 } },
  ),
  phi3: decoder(
    serial(attention({ pairs: 'halves', factors: 'short-and-long' }), feedForward('silu', { gateInUp: true })),
  ),
  stablelm: {
    norm: 'layer',
    input: {},
    // Without a norm of its own the network reads what attention reads.
    layer: ({ stored }) =>
      (stored('ffn_norm.weight') ? serial : parallel)(
        attention(HALVES, { headNorm: { kind: 'layer', place: 'before-rotation' } }),
        feedForward('silu'),
      ),
    output: {},
  },
  starcoder2: decoder(serial(attention(HALVES), feedForward('gelu')), { norm: 'layer' }),
  gpt2: decoder(serial(attention(null), feedForward('gelu')), { norm: 'layer', input: { positions: 'learned' } }),
};

/** The architectures that a prompt can be followed through. */
export const TRACED_ARCHITECTURES: readonly string[] = Object.keys(FORWARD);
