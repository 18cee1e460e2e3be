/** Other decoders with one feed-forward network in every layer. */

import type { Family } from './architecture.js';
import { NO_CACHE, PLAIN_CACHE, windowCache } from './cache-pieces.js';
import {
  attention,
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  HALVES_WITH_FACTORS,
  HEAD_NORM,
  keyed,
  NEIGHBORS,
  normedBehind,
  OWN_BASE_IN_WINDOW,
  POST_NORMS,
  parallel,
  serial,
} from './forward-pieces.js';
import { RMS, WINDOW_LIST } from './key-pieces.js';
import { layers, withNextToken } from './notation.js';
import {
  ATTENTION,
  DECODER,
  GATED,
  GATED_BIASES,
  NORMED_DECODER,
  PLAIN,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FREQS,
  SELF_ATTENTION,
  scales,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

/** The norms of its heads use PyTorch's default epsilon, which is not in any key. */
const CHAMELEON_ATTENTION = attention(NEIGHBORS, {
  headNorm: { kind: 'layer', place: 'before-rotation', epsilon: 1e-5 },
});

export const DENSE = (): Family => ({
  baichuan: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(({ layers }) =>
      serial(attention(layers === 32 ? NEIGHBORS : null, { alibi: layers === 40 ? 8 : 0 }), feedForward('silu')),
    ),
  },
  bitnet: {
    tensors: layers(
      'token_embd output_norm',
      'attn_norm attn_sub_norm attn_q attn_k attn_v attn_output ffn_norm ffn_sub_norm',
      GATED,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(HALVES, { innerNorm: 'attn_sub_norm' }), feedForward('silu', { innerNorm: 'ffn_sub_norm' })),
    ),
  },
  chameleon: {
    tensors: layers(TIED, `${NORMED_DECODER} attn_q_norm:bias? attn_k_norm:bias?`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      ({ flag }) =>
        flag('swin_norm') === true
          ? {
              steps: [
                { branches: [{ norm: null, block: CHAMELEON_ATTENTION, post: 'attn_norm' }] },
                { branches: [{ norm: null, block: feedForward('silu'), post: 'ffn_norm' }] },
              ],
            }
          : serial(CHAMELEON_ATTENTION, feedForward('silu')),
      // Image tokens.
      { output: { suppressed: [4, 8196] } },
    ),
  },
  cogvlm: {
    tensors: layers(
      `${TIED} ${ROPE_FREQS}`,
      `attn_norm attn_qkv attn_output ffn_norm ${GATED}`,
      'vis_attn_qkv vis_attn_output vis_gate vis_up vis_down',
    ),
    keys: [RMS],
    lengths: { equalHeads: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention({ pairs: 'halves', dimensions: 'head', base: 10_000, plain: true }, { fusedParts: 'thirds' }),
        feedForward('silu'),
      ),
    ),
  },
  exaone: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES_WITH_FACTORS), feedForward('silu'))),
  },
  exaone4: {
    tensors: withNextToken(
      layers(`${TIED} ${ROPE_FREQS}`, `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`),
      [
        `${QKV} attn_output post_attention_norm ${QK_NORMS} ${GATED} post_ffw_norm`,
        'nextn.eh_proj nextn.enorm nextn.hnorm nextn.shared_head_norm?',
      ],
      'neither',
    ),
    keys: [RMS],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: { blockCount: 64 }, size: 4096, layers: { period: 4 } },
    },
    forward: decoder(({ slides, window }) =>
      normedBehind(
        attention(slides || window === 0 ? HALVES_WITH_FACTORS : null, { headNorm: HEAD_NORM }),
        feedForward('silu'),
      ),
    ),
  },
  hrm_text: {
    tensors: {
      whole: ['token_embd output? hrm.z_l_init:-'],
      // The layers run several times, and `block_count` counts every run. The file stores a low and a high stack, whose norms have no
      // weights.
      stacks: [
        {
          trunk: 'blk',
          layers: { count: 'hrm.layers_per_stack', times: 2 },
          each: [`${SELF_ATTENTION} attn_gate ${GATED}`],
          mayBeAbsent: false,
        },
        // The loader asks for the scales of every run.
        {
          trunk: 'blk',
          layers: 'all',
          each: [scales(`attn_q attn_k attn_v attn_output attn_gate ${GATED}`)],
          mayBeAbsent: false,
        },
      ],
    },
    keys: [RMS, 'hrm.layers_per_stack', 'hrm.h_cycles', 'hrm.l_cycles'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(HALVES, { gate: { from: 'matrix', tensor: 'attn_gate' } }), feedForward('silu'), {
        mixing: { bareNorm: true },
        network: { bareNorm: true },
      }),
      {
        input: { scale: ({ number }) => number('embedding_scale') || 1 },
        cycles: {
          ...{ layers: 'hrm.layers_per_stack', cycles: 'hrm.h_cycles', lowRuns: 'hrm.l_cycles' },
          firstLow: 'hrm.z_l_init',
        },
        output: { norm: null },
      },
    ),
  },
  internlm2: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('silu'))),
  },
  llada: {
    tensors: layers(`${TIED} ${ROPE_FREQS}`, `${ATTENTION} attn_output:bias? ffn_norm ${GATED} ${GATED_BIASES}`),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(
      serial(bidirectional(NEIGHBORS, { ignoresOutputBias: true }), feedForward('silu', { ignoresBiases: true })),
    ),
    gives: 'all-tokens',
  },
  'muse-glimmer': {
    tensors: layers(UNTIED, `${NORMED_DECODER} attn_gate post_attention_norm post_ffw_norm`),
    keys: [RMS, 'attention.sliding_window', 'logit_scale'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 4 } } },
    forward: decoder(
      ({ slides }) =>
        serial(
          attention(
            slides ? { pairs: 'neighbors', inWindow: { base: 'model', readsKey: true, stretched: false } } : null,
            {
              headNorm: HEAD_NORM,
              gate: { from: 'matrix', tensor: 'attn_gate' },
            },
          ),
          feedForward('silu'),
          {
            mixing: { post: { norm: 'post_attention_norm', epsilon: 1e-8 } },
            network: { post: { norm: 'post_ffw_norm', epsilon: 1e-8 } },
          },
        ),
      {
        input: { norm: { bare: 'rms' } },
        output: { scale: keyed('logit_scale', 1), cap: keyed('final_logit_softcapping', 30) },
      },
    ),
  },
  openelm: {
    tensors: layers('token_embd output_norm', `attn_norm attn_qkv ${QK_NORMS} attn_output ffn_norm ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu'))),
  },
  'pangu-embedded': {
    tensors: layers(`${TIED} ${ROPE}`, `${DECODER} attn_output:bias`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('silu'))),
  },
  plamo: {
    tensors: layers(UNTIED, `${ATTENTION} ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(parallel(attention({ pairs: 'halves', dimensions: 'head' }), feedForward('silu'))),
  },
  plamo3: {
    tensors: layers(
      TIED,
      `attn_norm attn_qkv ${QK_NORMS} attn_output post_attention_norm:- ffn_norm post_ffw_norm:- ${PLAIN}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: windowCache(8),
    forward: decoder(
      serial(
        attention(
          { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
          { headNorm: HEAD_NORM },
        ),
        feedForward('silu', { gateInUp: true }),
        POST_NORMS,
      ),
    ),
  },
  seed_oss: {
    tensors: layers(TIED, `${ATTENTION} post_attention_norm ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('silu'), { network: { norm: 'post_attention_norm' } })),
  },
  spark2_5: {
    tensors: layers(TIED, `${DECODER} attn_gate`),
    keys: [RMS, ...WINDOW_LIST],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: 'list' } },
    forward: decoder(
      serial(
        attention({ pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW }, { gate: { from: 'matrix', tensor: 'attn_gate' } }),
        feedForward('gelu'),
      ),
    ),
  },
  talkie: {
    tensors: layers('token_embd output', `${QKV} attn_output attn_q_norm ${GATED} layer_output_scale`),
    keys: [RMS, 'logit_scale'],
    lengths: { factorPerHead: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      {
        steps: [
          {
            branches: [
              {
                norm: 'attn_norm',
                bareNorm: true,
                block: attention(HALVES, { headNorm: { kind: 'rms', place: 'behind-rotation', bare: 'keys' } }),
              },
            ],
          },
          { branches: [{ norm: 'ffn_norm', bareNorm: true, block: feedForward('silu') }] },
        ],
        addsInput: 'layer_output_scale',
      },
      {
        input: { norm: { bare: 'rms' } },
        output: { bareNorm: true, scale: keyed('logit_scale', 1) },
      },
    ),
  },
  xverse: {
    tensors: layers(UNTIED, DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(NEIGHBORS), feedForward('silu'))),
  },
});
