/** Encoders, encoder-decoder models, and sound decoders, which are not language models. */

import type { Family } from './architecture.js';
import { NO_CACHE, PLAIN_CACHE } from './cache-pieces.js';
import { isBertSparse, isFirstLayer, isSixthLayer, isThirdLayer } from './conditions.js';
import { bertForward, MODERN_BERT_FORWARD, T5_DECODER_FORWARD, T5_ENCODER_FORWARD } from './encoder-forward.js';
import {
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  NEIGHBORS,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { LAYER, RMS } from './key-pieces.js';
import { layers, type Stack, when } from './notation.js';
import { WAVTOKENIZER_FORWARD } from './sound-forward.js';
import { ATTENTION, GATED, PLAIN, QKV, scales, withBiases } from './tensor-pieces.js';

const BERT_ENDS = `token_embd token_types? ${withBiases('token_embd_norm')}`;

const CLASSIFIER = 'cls? cls:bias? cls.output? cls.output:bias?';

const BERT_ATTENTION = `${QKV} attn_output attn_output:bias? ${withBiases('attn_output_norm layer_output_norm')}`;

const BERT_BIASES = 'ffn_up:bias? ffn_down:bias?';

const BERT_LAYER = `${BERT_ATTENTION} ${PLAIN} ${BERT_BIASES}`;

const T5_ENCODER: Stack = {
  trunk: 'enc.blk',
  layers: 'all',
  each: ['attn_norm attn_q attn_k attn_v attn_o attn_rel_b? ffn_norm ffn_up ffn_down ffn_gate?'],
  mayBeAbsent: false,
};

const T5_DECODER: Stack = {
  trunk: 'dec.blk',
  layers: { count: 'decoder_block_count' },
  each: [...T5_ENCODER.each, 'cross_attn_norm cross_attn_q cross_attn_k cross_attn_v cross_attn_o cross_attn_rel_b?'],
  mayBeAbsent: false,
};

/** llama.cpp looks for the scales of the decoder's matrices under the names that other models use. */
const T5_SCALES: Stack = {
  trunk: 'blk',
  layers: { count: 'decoder_block_count' },
  each: [scales(`attn_q attn_k attn_v attn_output ${GATED}`)],
  mayBeAbsent: false,
};

export const ENCODERS = (): Family => ({
  bert: {
    tensors: layers(`${BERT_ENDS} position_embd ${CLASSIFIER}`, BERT_LAYER),
    keys: [LAYER],
    lengths: {},
    cache: NO_CACHE,
    forward: bertForward(null, feedForward('gelu'), { positions: 'learned' }),
    gives: 'vectors',
  },
  eurobert: {
    tensors: layers('token_embd output_norm', `${ATTENTION} ffn_norm ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(serial(bidirectional(HALVES), feedForward('silu'))),
    gives: 'vectors',
  },
  'jina-bert-v2': {
    tensors: layers(
      `token_embd token_types ${withBiases('token_embd_norm')} cls? cls:bias?`,
      `${QKV} ${withBiases('attn_output attn_output_norm ffn_down layer_output_norm')} ffn_up ffn_up:bias? ffn_gate?`,
      'attn_q_norm? attn_q_norm:bias? attn_k_norm? attn_k_norm:bias? attn_norm_2? attn_norm_2:bias?',
    ),
    keys: [LAYER],
    lengths: {},
    cache: NO_CACHE,
    forward: bertForward(
      null,
      feedForward('gelu', {
        // Gate and up projection are in one matrix if it has the rows for both and no other gate is stored.
        gateInUp: (at) =>
          !at.stored('ffn_gate.weight') && at.rows('ffn_up.weight') !== at.number('feed_forward_length'),
      }),
      { attention: { alibi: 8 } },
    ),
    gives: 'vectors',
  },
  'jina-bert-v3': {
    tensors: layers(BERT_ENDS, BERT_LAYER),
    keys: [LAYER],
    lengths: {},
    cache: NO_CACHE,
    forward: bertForward(HALVES, feedForward('gelu')),
    gives: 'vectors',
  },
  'modern-bert': {
    tensors: layers(
      'token_embd token_embd_norm output_norm cls.output? cls.output:bias? cls? cls.norm?',
      when(isFirstLayer, 'attn_norm?', 'attn_norm'),
      'attn_qkv attn_output ffn_norm ffn_up ffn_down',
    ),
    keys: [LAYER],
    lengths: { equalHeads: true },
    cache: { cache: 'none', window: { when: 'size-given', layers: { period: 3, fullFirst: true } } },
    forward: MODERN_BERT_FORWARD,
    gives: 'vectors',
  },
  'neo-bert': {
    tensors: layers(`token_embd enc.output_norm ${CLASSIFIER}`, `attn_norm attn_qkv attn_output ffn_norm ${PLAIN}`),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(serial(bidirectional(NEIGHBORS), feedForward('silu', { gateInUp: true })), {
      output: { norm: 'enc.output_norm' },
    }),
    gives: 'vectors',
  },
  'nomic-bert': {
    tensors: layers(BERT_ENDS, `${BERT_ATTENTION} ${GATED} ${BERT_BIASES}`),
    keys: [LAYER],
    lengths: {},
    cache: NO_CACHE,
    forward: bertForward(HALVES, feedForward('silu', { ignoresBiases: true })),
    gives: 'vectors',
  },
  'nomic-bert-moe': {
    tensors: layers(
      BERT_ENDS,
      BERT_ATTENTION,
      when(isBertSparse, 'ffn_gate_inp ffn_up_exps ffn_down_exps', `${PLAIN} ${BERT_BIASES}`),
    ),
    keys: [LAYER],
    lengths: {},
    cache: NO_CACHE,
    forward: bertForward(HALVES, feedForward('gelu', { experts: UNNORMALIZED_EXPERTS })),
    gives: 'vectors',
  },
  t5: {
    tensors: {
      whole: ['token_embd enc.output_norm dec.output_norm output?'],
      stacks: [T5_ENCODER, T5_DECODER, T5_SCALES],
    },
    keys: [RMS, 'attention.relative_buckets_count'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: T5_DECODER_FORWARD,
  },
  t5encoder: {
    tensors: { whole: ['token_embd enc.output_norm output?'], stacks: [T5_ENCODER] },
    keys: [RMS, 'attention.relative_buckets_count'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: T5_ENCODER_FORWARD,
    gives: 'vectors',
  },
  'wavtokenizer-dec': {
    tensors: {
      whole: [`token_embd ${withBiases('conv1d token_embd_norm output_norm output')}`],
      stacks: [
        {
          trunk: 'convnext',
          layers: { count: 'convnext.block_count' },
          each: [`${withBiases('dw norm pw1 pw2')} gamma`],
          mayBeAbsent: false,
        },
        {
          trunk: 'posnet',
          layers: { count: 'posnet.block_count' },
          each: [
            when(isThirdLayer, withBiases('attn_norm attn_q attn_k attn_v attn_output'), [
              when(isSixthLayer, withBiases('attn_norm'), withBiases('norm1 conv1 norm2 conv2')),
            ]),
          ],
          mayBeAbsent: false,
        },
      ],
    },
    keys: [
      LAYER,
      'attention.group_norm_epsilon',
      'attention.group_norm_groups',
      'features_length',
      'posnet.embedding_length',
      'posnet.block_count',
      'convnext.embedding_length',
      'convnext.block_count',
    ],
    lengths: {},
    cache: NO_CACHE,
    forward: WAVTOKENIZER_FORWARD,
    gives: 'sound',
  },
});
