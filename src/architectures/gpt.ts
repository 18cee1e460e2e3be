/** Decoders like GPT-2: layer norms with biases, and biases on some or all matrices. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES,
  keyed,
  keyLength,
  parallel,
  SOFTMAX_EXPERTS,
  serial,
} from './forward-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { NO_LOADER, NOT_DESCRIBED } from './not-known.js';
import { layers } from './notation.js';
import { ATTENTION, EXPERTS, GATED, PLAIN, QKV, ROPE_FACTORS, TIED, UNTIED, withBiases } from './tensor-pieces.js';

const NORMED_ENDS = 'token_embd output_norm output_norm:bias';

/** Every norm and every matrix has a bias. */
const ALL_BIASED = withBiases('attn_norm attn_qkv attn_output ffn_norm ffn_up ffn_down');

export const GPT = (): Family => ({
  bloom: {
    tensors: layers(`${NORMED_ENDS} ${withBiases('token_embd_norm')} output?`, ALL_BIASED),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(null, { alibi: 8 }), feedForward('gelu')), {
      norm: 'layer',
      input: { norm: 'token_embd_norm' },
    }),
  },
  codeshell: {
    tensors: layers(
      'token_embd? output_norm output_norm:bias output',
      `${withBiases('attn_norm attn_output ffn_norm ffn_up ffn_down')} ${QKV}`,
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('gelu')), { norm: 'layer' }),
  },
  falcon: {
    tensors: layers(
      `${NORMED_ENDS} output?`,
      'attn_norm attn_norm:bias attn_norm_2? attn_norm_2:bias? attn_qkv attn_output',
      PLAIN,
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      {
        steps: [
          {
            branches: [
              { norm: 'attn_norm', block: feedForward('gelu') },
              { norm: 'attn_norm_2', block: attention(HALVES) },
            ],
          },
        ],
      },
      { norm: 'layer' },
    ),
    turnsWholeHeads: true,
  },
  gpt2: {
    tensors: layers(`${NORMED_ENDS} position_embd output?`, ALL_BIASED),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(null), feedForward('gelu')), {
      norm: 'layer',
      input: { positions: 'learned' },
    }),
  },
  gptj: {
    tensors: NO_LOADER,
    keys: NO_LOADER,
    lengths: NO_LOADER,
    cache: { cache: 'layers', assumed: true },
    forward: NOT_DESCRIBED,
    numbers: NO_LOADER,
  },
  gptneox: {
    tensors: layers(`${NORMED_ENDS} output`, ALL_BIASED),
    keys: [LAYER, 'use_parallel_residual'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      ({ flag }) =>
        (flag('use_parallel_residual') === true ? parallel : serial)(attention(HALVES), feedForward('gelu')),
      { norm: 'layer' },
    ),
  },
  jais: {
    tensors: layers(`${NORMED_ENDS} output`, `${ALL_BIASED} ${withBiases('ffn_gate')}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(null, { alibi: keyed('attention.max_alibi_bias', 0), scale: (at) => 1 / keyLength(at) }),
        feedForward('silu'),
      ),
      { norm: 'layer' },
    ),
  },
  jais2: {
    tensors: layers(`${NORMED_ENDS} output?`, `${withBiases('attn_norm attn_output ffn_norm ffn_up ffn_down')} ${QKV}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('relu-squared')), { norm: 'layer' }),
  },
  mpt: {
    tensors: layers(
      'token_embd position_embd? output_norm output_norm:bias? output?',
      'attn_norm attn_norm:bias? attn_qkv attn_qkv:bias? attn_output attn_output:bias? ffn_norm ffn_norm:bias?',
      'ffn_up ffn_up:bias? ffn_down ffn_down:bias? ffn.act:scales?',
      'attn_q_norm? attn_q_norm:bias? attn_k_norm? attn_k_norm:bias?',
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(null, {
          headNorm: { kind: 'layer', place: 'before-rotation' },
          alibi: keyed('attention.max_alibi_bias', 0),
          clamp: keyed('attention.clamp_kqv', 0),
        }),
        feedForward('gelu', { divisor: 'ffn.act.scales' }),
      ),
      { norm: 'layer', input: { positions: 'learned' } },
    ),
  },
  nemotron: {
    tensors: layers(
      `${NORMED_ENDS} output`,
      `${withBiases('attn_norm ffn_norm')} ${QKV} attn_output attn_output:bias?`,
      'ffn_up ffn_up:bias? ffn_down ffn_down:bias?',
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('relu-squared')), { norm: 'layer' }),
  },
  orion: {
    tensors: layers(`${NORMED_ENDS} output`, `${withBiases('attn_norm ffn_norm')} ${QKV} attn_output ${GATED}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('silu')), { norm: 'layer' }),
  },
  phi2: {
    tensors: layers(
      `${NORMED_ENDS} ${withBiases('output')}`,
      `${withBiases('attn_norm attn_output ffn_up ffn_down')} ${QKV}`,
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(parallel(attention(HALVES), feedForward('gelu')), { norm: 'layer' }),
  },
  phi3: {
    tensors: layers(`${TIED} ${ROPE_FACTORS}`, `${ATTENTION} ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention({ pairs: 'halves', factors: 'short-and-long' }), feedForward('silu', { gateInUp: true })),
    ),
  },
  phimoe: {
    tensors: layers(
      `${UNTIED} output_norm:bias output:bias ${ROPE_FACTORS}`,
      `${withBiases('attn_norm attn_output ffn_norm')} ${QKV} ${EXPERTS}`,
    ),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention({ pairs: 'halves', factors: 'short-and-long' }),
        feedForward('silu', { experts: SOFTMAX_EXPERTS }),
      ),
    ),
  },
  stablelm: {
    tensors: layers(
      `${NORMED_ENDS} output`,
      `${withBiases('attn_norm')} ${QKV} attn_output attn_q_norm? attn_k_norm? ffn_norm? ffn_norm:bias? ${GATED}`,
    ),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: {
      norm: 'layer',
      input: {},
      // If its norm is not stored, the network reads the input of attention.
      layer: ({ stored }) =>
        (stored('ffn_norm.weight') ? serial : parallel)(
          attention(HALVES, { headNorm: { kind: 'layer', place: 'before-rotation' } }),
          feedForward('silu'),
        ),
      output: {},
    },
  },
  starcoder: {
    tensors: layers(`${NORMED_ENDS} position_embd output?`, ALL_BIASED),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(null), feedForward('gelu')), { norm: 'layer', input: { positions: 'learned' } }),
  },
  starcoder2: {
    tensors: layers(`${NORMED_ENDS} output?`, `${withBiases('attn_norm attn_output ffn_norm ffn_up ffn_down')} ${QKV}`),
    keys: [LAYER],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('gelu')), { norm: 'layer' }),
  },
});
