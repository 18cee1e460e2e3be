/** The Gemma family: norms before and after each block, and in the newer models embeddings for each layer. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE, windowCache } from './cache-pieces.js';
import { given, hasFullAttention, hasOwnKeys, stored } from './conditions.js';
import type { Experts, Layer, LayerViewRule, Step } from './forward.js';
import {
  attention,
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  HALVES_WITH_FACTORS,
  HEAD_NORM,
  keyed,
  OWN_BASE_IN_WINDOW,
  POST_NORMS,
  ROOT_OF_WIDTH,
  serial,
  WINDOW_TO_BOTH_SIDES,
} from './forward-pieces.js';
import { RMS, WINDOW_LIST } from './key-pieces.js';
import type { LayerView } from './layer-view.js';
import { LENGTHS_OF_TARGET, NOT_DESCRIBED, NUMBERS_OF_TARGET } from './not-known.js';
import { layers, when } from './notation.js';
import { ATTENTION, FUSED_EXPERTS, GATED, QK_NORMS, TIED } from './tensor-pieces.js';

const GEMMA3_LAYER = `${ATTENTION} ${QK_NORMS} post_attention_norm ffn_norm ${GATED} post_ffw_norm`;

const hasLayerEmbeddings = given('embedding_length_per_layer_input');

const LAYER_EMBEDDINGS = 'per_layer_token_embd per_layer_model_proj per_layer_proj_norm';

const LAYER_EMBEDDING = 'inp_gate proj post_norm';

/** In models with these numbers of layers, scores are divided by √(embedding length ÷ heads) instead of √(length of a head). */
const byEmbeddingAt =
  (layers: number): LayerViewRule<number> =>
  (at) => {
    const shared = Math.floor((at.number('embedding_length') ?? 0) / (at.numberAt('attention.head_count', 0) ?? 1));
    return 1 / Math.sqrt(at.layers === layers ? Math.max(1, shared) : (at.number('attention.key_length') ?? shared));
  };

const LAYER_EMBEDDING_LENGTH: LayerViewRule<{ length: number } | null> = ({ number }) => {
  const length = number('embedding_length_per_layer_input') ?? 0;
  return length > 0 ? { length } : null;
};

/** The layer whose keys and values a later layer reads: the last layer of the same kind (with or without a window) that has its own. */
const readsKeysOf =
  (owners: LayerViewRule<number>): LayerViewRule<number | null> =>
  (at) => {
    const own = owners(at);
    return at.layer < own ? null : own - (at.slides ? 2 : 1);
  };

/** Numbers of layers in Gemma 3n that have their own keys and values, and that use only the highest values of the gate. */
const GEMMA3N_OWNERS = 20;
const GEMMA3N_SPARSE = 10;

/** 95 % of a normal distribution is below the mean plus this number of standard deviations. */
const HIGHEST_TWENTIETH = 1.6448533535003662;

/** Gemma 3n: the sum of the residual stream, attention and a learned residual is divided by √2. */
const gemma3nLayer = ({ layer }: LayerView): Layer => {
  const mixing = attention(
    { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
    {
      ...{ headNorm: HEAD_NORM, valueNorm: 'rms', scale: 1 },
      ...{ keysOf: readsKeysOf(() => GEMMA3N_OWNERS), ignoresQueryBias: layer >= GEMMA3N_OWNERS },
    },
  );
  const network = feedForward('gelu', { gateThreshold: layer < GEMMA3N_SPARSE ? HIGHEST_TWENTIETH : null });
  return {
    steps: [
      {
        branches: [
          { norm: 'attn_norm', block: mixing, post: 'post_attention_norm', scale: Math.SQRT1_2 },
          { norm: 'attn_norm', block: { kind: 'laurel' }, scale: Math.SQRT1_2 },
        ],
        residualScale: Math.SQRT1_2,
      },
      { branches: [{ norm: 'ffn_norm', block: network, post: 'post_ffw_norm' }] },
    ],
    forOthers: {
      norm: null,
      block: { kind: 'layer-embedding', activation: 'gelu', scaledBy: 'altup_correct_scale' },
      post: 'post_norm',
    },
  };
};

/** Gemma 4: experts in parallel to the network for all tokens, each with separate norms. */
const gemma4Layer = (at: LayerView): Layer => {
  const owners = ({ layers, number }: LayerView) => layers - (number('attention.shared_kv_layers') ?? 0);
  const inWindow = { base: 10_000, readsKey: true, stretched: false };
  const mixing = attention(at.slides ? { pairs: 'halves', inWindow } : HALVES_WITH_FACTORS, {
    headNorm: HEAD_NORM,
    valueNorm: 'rms',
    valuesFromKeys: true,
    scale: 1,
    keysOf: readsKeysOf(owners),
  });
  const experts: Experts = { gating: 'softmax', normalized: true, routerReads: 'residual', routerNormed: true };
  const network: Step = at.stored('ffn_gate_inp.weight')
    ? {
        branches: [
          { norm: 'ffn_norm', block: feedForward('gelu'), post: 'post_ffw_norm_1' },
          { norm: 'pre_ffw_norm_2', block: feedForward('gelu', { experts }), post: 'post_ffw_norm_2' },
        ],
        normOfSum: 'post_ffw_norm',
      }
    : { branches: [{ norm: 'ffn_norm', block: feedForward('gelu'), post: 'post_ffw_norm' }] };
  const own: Step = {
    branches: [{ norm: null, block: { kind: 'layer-embedding', activation: 'gelu' }, post: 'post_norm' }],
  };
  return {
    steps: [
      { branches: [{ norm: 'attn_norm', block: mixing, post: 'post_attention_norm' }] },
      network,
      ...(at.storedOutside('per_layer_token_embd.weight') ? [own] : []),
    ],
    storedOutputScale: 'layer_output_scale',
  };
};

export const GEMMA = (): Family => ({
  gemma: {
    tensors: layers('token_embd output_norm', `${ATTENTION} ffn_norm ${GATED}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('gelu')), { input: { scale: ROOT_OF_WIDTH } }),
  },
  'gemma-embedding': {
    tensors: layers(`${TIED} dense_2? dense_3?`, GEMMA3_LAYER),
    keys: [RMS, 'attention.sliding_window'],
    lengths: {},
    cache: { cache: 'none', window: { when: 'always', layers: { period: 6 } } },
    forward: decoder(
      serial(
        bidirectional(
          { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
          { headNorm: HEAD_NORM, window: WINDOW_TO_BOTH_SIDES },
        ),
        feedForward('gelu'),
        POST_NORMS,
      ),
      { input: { scale: ROOT_OF_WIDTH } },
    ),
    gives: 'vectors',
  },
  gemma2: {
    tensors: layers('token_embd output_norm', `${ATTENTION} post_attention_norm ffn_norm ${GATED} post_ffw_norm`),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', size: 4096, layers: { period: 2 } } },
    forward: decoder(
      serial(
        attention(
          { pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW },
          { cap: keyed('attn_logit_softcapping', 50), scale: byEmbeddingAt(46) },
        ),
        feedForward('gelu'),
        POST_NORMS,
      ),
      { input: { scale: ROOT_OF_WIDTH }, output: { cap: keyed('final_logit_softcapping', 30) } },
    ),
  },
  gemma3: {
    tensors: layers(`${TIED} dense_2? dense_3?`, GEMMA3_LAYER),
    keys: [RMS],
    lengths: {},
    cache: windowCache(6),
    forward: decoder(
      serial(
        attention(
          { pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } },
          { headNorm: HEAD_NORM, scale: byEmbeddingAt(62) },
        ),
        feedForward('gelu'),
        POST_NORMS,
      ),
      { input: { scale: ROOT_OF_WIDTH }, output: { cap: keyed('final_logit_softcapping', 0) } },
    ),
  },
  gemma3n: {
    tensors: layers(
      `${TIED} altup_proj altup_unembd_proj ${LAYER_EMBEDDINGS}`,
      `${GEMMA3_LAYER} ${LAYER_EMBEDDING}`,
      'altup_correct_coef altup_correct_scale altup_predict_coef altup_router altup_router_norm',
      'laurel_l laurel_r laurel_post_norm',
    ),
    keys: [RMS, 'attention.sliding_window'],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: { period: 5 } },
      sharing: { owners: GEMMA3N_OWNERS },
    },
    forward: decoder(gemma3nLayer, {
      input: { scale: ROOT_OF_WIDTH, layerEmbeddings: { length: 256 } },
      altUp: { vectors: 4 },
      output: { cap: 30 },
    }),
  },
  gemma4: {
    tensors: layers(
      [TIED, when(hasLayerEmbeddings, LAYER_EMBEDDINGS), when(hasFullAttention, 'rope_freqs')],
      'attn_norm attn_q_norm attn_v? attn_output post_attention_norm',
      when(hasOwnKeys, 'attn_qkv|attn_q+attn_k attn_k_norm', 'attn_qkv|attn_q attn_k? attn_k_norm?'),
      `ffn_norm ${GATED} post_ffw_norm layer_output_scale?`,
      // The experts run in parallel to the network for all tokens; a model has them if the router is stored.
      when(
        stored('ffn_gate_inp'),
        `${FUSED_EXPERTS} ffn_gate_inp:scale pre_ffw_norm_2 post_ffw_norm_1 post_ffw_norm_2`,
      ),
      when(hasLayerEmbeddings, LAYER_EMBEDDING),
    ),
    keys: [
      RMS,
      ...WINDOW_LIST,
      'embedding_length_per_layer_input',
      'attention.key_length_swa',
      'attention.value_length_swa',
    ],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: 'list' }, sharing: 'by-key' },
    forward: decoder(gemma4Layer, {
      input: { scale: ROOT_OF_WIDTH, layerEmbeddings: LAYER_EMBEDDING_LENGTH },
      output: { cap: keyed('final_logit_softcapping', 30) },
    }),
  },
  'gemma4-assistant': {
    tensors: layers(
      [
        'token_embd output_norm nextn.pre_projection nextn.post_projection',
        'masked_embd_centroids? masked_embd_ordering:-?',
        when(hasFullAttention, 'rope_freqs'),
      ],
      `attn_norm attn_q attn_q_norm attn_output post_attention_norm layer_output_scale ffn_norm ${GATED} post_ffw_norm`,
    ),
    keys: [RMS, ...WINDOW_LIST, 'attention.key_length_swa', 'attention.value_length_swa'],
    lengths: LENGTHS_OF_TARGET,
    cache: { cache: 'borrowed' },
    forward: NOT_DESCRIBED,
    numbers: NUMBERS_OF_TARGET,
  },
});
