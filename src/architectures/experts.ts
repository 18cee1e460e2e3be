/** Other decoders with experts in all layers, or in all but the leading layers. */

import type { Family } from './architecture.js';
import { hybridCache, NO_CACHE, PLAIN_CACHE, windowCache } from './cache-pieces.js';
import { hasSharedCount, isRecurrent, isSparse } from './conditions.js';
import type { Rotation } from './forward.js';
import {
  attention,
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  HALVES_WITH_FACTORS,
  HEAD_NORM,
  keyed,
  keyedClamp,
  keyedExperts,
  keyedGating,
  keyLength,
  NEIGHBORS,
  NEIGHBORS_WITH_FACTORS,
  OWN_BASE_IN_WINDOW,
  POST_NORMS,
  ROOT_OF_WIDTH,
  SOFTMAX_EXPERTS,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { EXPERTS_SHARED, INDEXER_KEYS, LATENT_LENGTHS, LAYER, RMS, WINDOW_LIST } from './key-pieces.js';
import type { LayerView } from './layer-view.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  DENSE_OR_SPLIT_EXPERTS,
  EXPERTS,
  GATED,
  KEY_LATENT,
  KIMI_DELTA,
  LATENT_QUERY,
  maybe,
  NEXT_TOKEN,
  NORMED_SPARSE_DECODER,
  QK_NORMS,
  QKV,
  ROPE,
  ROPE_FREQS,
  ROUTER_BIAS,
  SHARED_EXPERT,
  SPARSE_DECODER,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const BAILING2 = `${ATTENTION.replace(QKV, 'attn_qkv')} ${QK_NORMS} ffn_norm`;

const BAILING2_EXPERTS = when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED);

const EXAONE_MOE = `${ATTENTION} ${QK_NORMS} ffn_norm`;

const MIMO2 = `${ATTENTION} attn_sinks? ffn_norm ${DENSE_OR_SPLIT_EXPERTS} ${ROUTER_BIAS}?`;

const STEP35 = `${ATTENTION} attn_q_norm? attn_k_norm? attn_gate? ffn_norm ${DENSE_OR_SPLIT_EXPERTS} ${ROUTER_BIAS}? ${maybe(SHARED_EXPERT)}`;

const BAILING3_ATTENTION = [`${KEY_LATENT} attn_k_b attn_v_b attn_gate attn_output`, LATENT_QUERY];

const BAILING3_EXPERTS = `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`;

/** Layers without a window rotate half as many elements of a head. */
const stepRotation = (at: LayerView): Rotation => {
  const full = at.number('rope.dimension_count') ?? keyLength({ ...at, slides: false });
  if (!at.slides) return { ...HALVES_WITH_FACTORS, dimensions: full / 2 };
  const inWindow = { base: 10_000, readsKey: true, stretched: false };
  return { pairs: 'halves', inWindow, dimensions: at.number('rope.dimension_count_swa') ?? full };
};

export const WITH_EXPERTS = (): Family => ({
  afmoe: {
    tensors: layers(
      TIED,
      `${ATTENTION} post_attention_norm ${QK_NORMS} attn_gate ffn_norm post_ffw_norm`,
      when(isSparse, [`${EXPERTS} ${ROUTER_BIAS}`, when(hasSharedCount, SHARED_EXPERT)], GATED),
    ),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: {},
    cache: windowCache(4),
    forward: decoder(
      ({ layer }) =>
        serial(
          attention((layer + 1) % 4 === 0 ? null : { pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW }, {
            headNorm: HEAD_NORM,
            gate: { from: 'matrix', tensor: 'attn_gate' },
          }),
          feedForward('silu', { experts: keyedExperts('sigmoid') }),
          POST_NORMS,
        ),
      { input: { scale: ROOT_OF_WIDTH } },
    ),
  },
  arctic: {
    tensors: layers(TIED, `${SPARSE_DECODER} ${GATED} ffn_norm_exps`),
    keys: [RMS],
    lengths: { denseIsEmbedding: true },
    cache: PLAIN_CACHE,
    forward: decoder({
      steps: [
        { branches: [{ norm: 'attn_norm', block: attention(NEIGHBORS) }] },
        {
          branches: [
            { norm: 'ffn_norm', block: feedForward('silu', { length: keyed('embedding_length', 0) }) },
            { norm: 'ffn_norm_exps', reads: 'layer-input', block: feedForward('silu', { experts: SOFTMAX_EXPERTS }) },
          ],
        },
      ],
    }),
  },
  bailingmoe: {
    tensors: layers(UNTIED, `${SPARSE_DECODER} ${SHARED_EXPERT}`),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: { headIsRotated: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(NEIGHBORS_WITH_FACTORS, {
          scale: (at) => 1 / Math.sqrt(at.number('rope.dimension_count') ?? keyLength(at)),
        }),
        feedForward('silu', { experts: keyedExperts(undefined, { gating: 'softmax' }) }),
      ),
    ),
  },
  bailingmoe2: {
    tensors: withNextToken(
      layers(UNTIED, BAILING2, BAILING2_EXPERTS),
      [BAILING2, BAILING2_EXPERTS, `${NEXT_TOKEN} layer_output_norm`],
      'neither',
    ),
    keys: [RMS, ...EXPERTS_SHARED, 'expert_gating_func'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: keyedExperts() })),
    ),
  },
  bailingmoe3: {
    tensors: withNextToken(
      layers(
        TIED,
        'attn_norm ffn_norm',
        when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_g_a`, BAILING3_ATTENTION),
        when(isSparse, BAILING3_EXPERTS, GATED),
      ),
      [
        'attn_norm ffn_norm',
        ...BAILING3_ATTENTION,
        BAILING3_EXPERTS,
        'nextn.eh_proj nextn.enorm nextn.hnorm layer_output_norm',
      ],
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...LATENT_LENGTHS,
      'attention.kv_lora_rank',
      'ssm.conv_kernel',
      'kda.head_dim',
      'kda.gate_lower_bound',
      'leading_dense_block_count',
      'expert_gating_func',
    ],
    lengths: {},
    cache: { ...hybridCache('delta-rule', { snapshots: true }), latent: true },
    forward: decoder(({ recurs, number }) =>
      serial(
        recurs
          ? { kind: 'kimi-delta', bound: { least: number('kda.gate_lower_bound') ?? 0, sign: 1 } }
          : { kind: 'latent-attention', rotation: NEIGHBORS, gate: { from: 'matrix', tensor: 'attn_gate' } },
        feedForward('silu', {
          clamp: keyedClamp('swiglu_clamp_shexp', 'behind'),
          experts: keyedExperts(undefined, {
            clamp: keyedClamp('swiglu_clamp_exp', 'behind'),
            sharedClamp: keyedClamp('swiglu_clamp_shexp', 'behind'),
          }),
        }),
      ),
    ),
  },
  dbrx: {
    tensors: layers(UNTIED, `attn_norm attn_qkv attn_output attn_output_norm ${EXPERTS}`),
    keys: [LAYER, 'attention.clamp_kqv'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES, { clamp: keyed('attention.clamp_kqv', 0) }),
        feedForward('silu', { experts: SOFTMAX_EXPERTS }),
        { network: { norm: 'attn_output_norm' } },
      ),
      { norm: 'layer' },
    ),
  },
  'exaone-moe': {
    tensors: withNextToken(
      layers(
        `${UNTIED} ${ROPE_FREQS}`,
        EXAONE_MOE,
        when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
      ),
      [EXAONE_MOE, GATED, NEXT_TOKEN],
      'neither',
    ),
    keys: [RMS, 'attention.sliding_window', 'expert_feed_forward_length', 'expert_gating_func'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', size: 128, layers: { period: 4 } } },
    forward: decoder(({ slides }) =>
      serial(
        attention(slides ? HALVES_WITH_FACTORS : null, { headNorm: HEAD_NORM }),
        feedForward('silu', { experts: keyedExperts() }),
      ),
    ),
  },
  'gpt-oss': {
    tensors: layers(
      UNTIED,
      `${ATTENTION} attn_output:bias attn_sinks post_attention_norm ${EXPERTS}`,
      'ffn_gate_inp:bias ffn_gate_exps:bias ffn_up_exps:bias ffn_down_exps:bias',
    ),
    keys: [RMS, 'expert_feed_forward_length', 'attention.sliding_window'],
    lengths: { headIsRotated: true },
    cache: { cache: 'layers', window: { when: 'always', layers: { period: 2 } } },
    forward: decoder(
      serial(
        attention(
          { pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW },
          { scale: (at) => 1 / Math.sqrt(at.number('rope.dimension_count') ?? keyLength(at)) },
        ),
        feedForward(
          { kind: 'swiglu-oai', alpha: 1.702, limit: 7 },
          { experts: { gating: 'softmax-of-chosen', normalized: false } },
        ),
        { network: { norm: 'post_attention_norm' } },
      ),
    ),
  },
  grok: {
    tensors: layers(
      TIED,
      `${ATTENTION} attn_output_norm ffn_norm ${maybe(GATED)} ${EXPERTS.replace('ffn_gate_exps', '$&?')}`,
      'layer_output_norm|post_ffw_norm',
    ),
    keys: [RMS],
    lengths: {},
    cache: { cache: 'layers', flashAttention: false },
    forward: decoder(
      ({ stored }) =>
        serial(
          attention(
            { pairs: 'halves', yarnKeys: ['betas', 'factors'], betaFast: 8 },
            { scale: keyed('attention.output_scale', 0.08838834764831845), cap: keyed('attn_logit_softcapping', 30) },
          ),
          feedForward('gelu', { experts: { ...SOFTMAX_EXPERTS, besideDense: Math.SQRT1_2 } }),
          {
            mixing: { post: 'attn_output_norm' },
            network: { post: stored('layer_output_norm.weight') ? 'layer_output_norm' : 'post_ffw_norm' },
          },
        ),
      {
        input: { scale: keyed('embedding_scale', 78.38367176906169) },
        output: { scale: keyed('logit_scale', 0.5773502691896257), cap: keyed('final_logit_softcapping', 0) },
      },
    ),
  },
  grovemoe: {
    tensors: layers(TIED, `${NORMED_SPARSE_DECODER} ffn_gate_chexps ffn_up_chexps ffn_down_chexps`),
    keys: [RMS, 'expert_feed_forward_length', 'expert_group_scale', 'experts_per_group'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES, { headNorm: HEAD_NORM }),
        feedForward('silu', {
          experts: {
            ...SOFTMAX_EXPERTS,
            adjugate: ({ number }) => {
              return { perGroup: number('experts_per_group'), scale: number('expert_group_scale') };
            },
          },
        }),
      ),
    ),
  },
  laguna: {
    tensors: layers(
      TIED,
      `${ATTENTION} ${QK_NORMS} attn_gate ffn_norm`,
      when(isSparse, `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS, 'leading_dense_block_count', 'expert_feed_forward_length'],
    lengths: {},
    cache: windowCache(4, { fullFirst: true }),
    forward: decoder(({ slides }) =>
      serial(
        attention(
          slides ? { pairs: 'halves', inWindow: { ...OWN_BASE_IN_WINDOW, stretched: false }, plain: true } : HALVES,
          { headNorm: HEAD_NORM, gate: { from: 'matrix', tensor: 'attn_gate', through: 'softplus' } },
        ),
        feedForward('silu', { experts: keyedExperts('sigmoid') }),
      ),
    ),
  },
  'llada-moe': {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(
      serial(bidirectional(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: UNNORMALIZED_EXPERTS })),
    ),
    gives: 'all-tokens',
  },
  maple: {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS, ...WINDOW_LIST, 'expert_feed_forward_length', 'swiglu_clamp_exp'],
    lengths: {},
    cache: { cache: 'layers', window: { when: 'always', layers: 'list' } },
    forward: decoder(({ slides }) =>
      serial(
        attention(slides ? { pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW } : null, { headNorm: HEAD_NORM }),
        feedForward('silu', { experts: { ...SOFTMAX_EXPERTS, clamp: keyedClamp('swiglu_clamp_exp', 'before') } }),
      ),
    ),
  },
  mellum: {
    tensors: layers(UNTIED, NORMED_SPARSE_DECODER),
    keys: [RMS, 'expert_feed_forward_length'],
    lengths: {},
    cache: windowCache(4),
    forward: decoder(({ slides }) =>
      serial(
        attention(slides ? { pairs: 'halves', plain: true } : HALVES, { headNorm: HEAD_NORM }),
        feedForward('silu', { experts: SOFTMAX_EXPERTS }),
      ),
    ),
  },
  mimo2: {
    tensors: withNextToken(layers(UNTIED, MIMO2), [MIMO2, `${NEXT_TOKEN} layer_output_norm?`], 'next-token'),
    keys: [RMS, ...WINDOW_LIST, 'expert_feed_forward_length'],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: 'list' },
    },
    forward: decoder(
      serial(
        attention({ pairs: 'halves', inWindow: { base: 10_000, readsKey: true, stretched: false } }),
        feedForward('silu', { experts: { gating: 'sigmoid', normalized: true } }),
        { mixing: { scale: ({ number }) => number('attention.value_scale') || 1 } },
      ),
    ),
  },
  'minimax-m2': {
    tensors: layers(UNTIED, `${NORMED_SPARSE_DECODER} ${ROUTER_BIAS}`),
    keys: [RMS, 'expert_feed_forward_length'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES, { headNorm: HEAD_NORM }),
        feedForward('silu', { experts: { gating: keyedGating(), normalized: true } }),
      ),
    ),
  },
  'minimax-m3': {
    tensors: layers(
      UNTIED,
      `${ATTENTION} ${QK_NORMS} ffn_norm`,
      when(
        isSparse,
        `${EXPERTS} ${ROUTER_BIAS} ${SHARED_EXPERT} indexer.q_proj indexer.k_proj indexer.q_norm indexer.k_norm`,
        GATED,
      ),
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...INDEXER_KEYS,
      'expert_gating_func',
      'attention.indexer.block_size',
      'attention.indexer.local_blocks',
    ],
    lengths: {},
    cache: { cache: 'layers', indexer: 'behind-leading-dense', nextTokenLayers: 'counted' },
    // The computation of llama.cpp without flash attention. With flash attention it leaves out blocks of tokens that the indexer ranks low,
    // as soon as there are more of them than `attention.indexer.top_k`: after 2,048 tokens in the published models.
    forward: decoder(
      serial(
        attention(HALVES, { headNorm: HEAD_NORM }),
        feedForward({ kind: 'swiglu-oai', alpha: 1.702, limit: 7 }, { experts: keyedExperts() }),
      ),
    ),
  },
  smallthinker: {
    tensors: layers(TIED, SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: 'size-given', fixedSize: 4096, layers: { period: 4, fullFirst: true } },
    },
    forward: decoder(({ layer, window }) =>
      serial(
        attention(window > 0 && layer % 4 === 0 ? null : { pairs: 'halves', inWindow: OWN_BASE_IN_WINDOW }),
        feedForward('relu', {
          experts: { gating: keyedGating(), normalized: true, routerReads: 'layer-input' },
        }),
      ),
    ),
  },
  step35: {
    tensors: withNextToken(layers(`${UNTIED} ${ROPE}`, STEP35), [STEP35, NEXT_TOKEN]),
    keys: [RMS, ...WINDOW_LIST, 'expert_feed_forward_length'],
    lengths: {},
    cache: {
      cache: 'layers',
      window: { when: 'always', layers: 'list' },
    },
    forward: decoder((at) =>
      serial(
        attention(stepRotation(at), { headNorm: HEAD_NORM, gate: { from: 'matrix', tensor: 'attn_gate' } }),
        feedForward('silu', {
          clamp: keyedClamp('swiglu_clamp_shexp', 'behind'),
          experts: keyedExperts('sigmoid', {
            clamp: keyedClamp('swiglu_clamp_exp', 'behind'),
            sharedClamp: keyedClamp('swiglu_clamp_shexp', 'behind'),
          }),
        }),
      ),
    ),
  },
});
