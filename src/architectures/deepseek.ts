/** DeepSeek and its relatives. Most have multi-head latent attention, which keeps keys and values as one vector. */

import type { Family } from './architecture.js';
import { hybridCache, PLAIN_CACHE } from './cache-pieces.js';
import {
  compresses,
  hasExpertLatent,
  hasIndexer,
  indexes,
  isLatentByHead,
  isNotLite,
  isRecurrent,
  isSparse,
  routesByHash,
  scoresBlocks,
} from './conditions.js';
import type {
  Activation,
  Block,
  Entries,
  Forward,
  Gating,
  LatentAttention,
  LayerViewRule,
  Rotation,
} from './forward.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  inStreams,
  keyed,
  keyedClamp,
  keyedExperts,
  keyedGating,
  keyLength,
  NEIGHBORS,
  NEIGHBORS_WITH_FACTORS,
  serial,
  temperatureAt,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { EXPERTS_SHARED, INDEXER_KEYS, LATENT_LENGTHS, RMS, WINDOW_LIST } from './key-pieces.js';
import type { LayerView } from './layer-view.js';
import { layers, when, where, withNextToken } from './notation.js';
import {
  ATTENTION,
  DEEPSEEK_SPARSE,
  EXPERTS,
  FUSED_EXPERTS,
  GATED,
  INDEXER,
  KEY_LATENT,
  KIMI_DELTA,
  LATENT_BY_HEAD,
  LATENT_QUERY,
  maybe,
  NEXT_TOKEN,
  PLAIN,
  QK_NORMS,
  QUERY_LATENT,
  ROPE_FACTORS,
  ROUTER_BIAS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const DEEPSEEK2 = [
  `attn_norm ${KEY_LATENT} attn_output ffn_norm`,
  LATENT_QUERY,
  when(isLatentByHead, 'attn_k_b attn_v_b', 'attn_kv_b'),
  when(isSparse, `${FUSED_EXPERTS} exp_probs_b:bias? ${SHARED_EXPERT}`, GATED),
];

const DEEPSEEK2_MODEL = withNextToken(layers(TIED, ...DEEPSEEK2), [...DEEPSEEK2, NEXT_TOKEN]);

const DEEPSEEK32 = [LATENT_BY_HEAD, INDEXER, DEEPSEEK_SPARSE];

/** One vector for both key and value, entries that are compressed over several tokens, and several residual streams. */
const DEEPSEEK4 = [
  `attn_norm attn_sinks ${QUERY_LATENT} attn_kv attn_kv_a_norm attn_output_a attn_output_b`,
  'hc_attn_fn hc_attn_base hc_attn_scale hc_ffn_fn hc_ffn_base hc_ffn_scale',
  when(compresses, 'attn_compressor_kv attn_compressor_gate attn_compressor_ape attn_compressor_norm'),
  when(indexes, [
    'indexer.proj indexer.attn_q_b',
    'indexer_compressor_kv indexer_compressor_gate indexer_compressor_ape indexer_compressor_norm',
  ]),
  when(routesByHash, 'ffn_gate_tid2eid', 'exp_probs_b:bias'),
  'exp_probs_b_vl:bias?',
  `ffn_norm ${EXPERTS} ${SHARED_EXPERT}`,
];

const KIMI_ATTENTION = `attn_q_a_norm+attn_q_a+attn_q_b|attn_q ${KEY_LATENT} attn_kv_b|attn_k_b+attn_v_b attn_output`;

const KIMI_SHARED = maybe(SHARED_EXPERT);

const LATENT_UNTURNED: LatentAttention = { kind: 'latent-attention', rotation: null };

/** Each group of layers starts a new residual stream, and every block also reads the streams of all earlier groups. */
const KIMI_K3_FORWARD: Forward = decoder(
  ({ recurs, layer, number }) => {
    const activation: Activation = {
      kind: 'situ',
      beta: number('activation.situ_beta') ?? 0,
      linearBeta: number('activation.situ_linear_beta') ?? 0,
    };
    const network = feedForward(activation, { experts: keyedExperts(undefined, { latent: 'ffn_routed' }) });
    const least = number('kda.gate_lower_bound');
    const mixing: Block = recurs
      ? { kind: 'kimi-delta', bound: least === undefined ? null : { least, sign: -1 } }
      : { ...LATENT_UNTURNED, gate: { from: 'matrix', tensor: 'attn_gate' } };
    const stretch = number('attn_res.block_size') ?? 0;
    const mixes = stretch > 0;
    return {
      steps: [
        {
          branches: [{ norm: 'attn_norm', block: mixing }],
          ...(mixes && { mixesWith: 'attn_res_score', putsAside: layer % stretch === 0 }),
        },
        { branches: [{ norm: 'ffn_norm', block: network }], ...(mixes && { mixesWith: 'ffn_res_score' }) },
      ],
    };
  },
  { output: { mixesWith: ({ number }) => ((number('attn_res.block_size') ?? 0) > 0 ? 'output_res_score' : null) } },
);

/**
 * YaRN's growth g(m) = 1 + m ÷ 10 × ln(stretch) enters the scores twice: through the multiplier in the key and through the divisor of the
 * rotation (llama.cpp, deepseek2.cpp). `both`: the multiplier is in the numerator and the denominator of that divisor, which is then 1.
 * Null: the key is not read.
 */
export const deepseekScale =
  (multiplied: 'both' | 'below' | null): LayerViewRule<number> =>
  (at) => {
    const factor = at.text('rope.scaling.type') === 'none' ? 0 : (at.number('rope.scaling.factor') ?? 0);
    const stretch = factor > 0 ? Math.log(factor) : 0;
    const growth = (by: number) => (stretch <= 0 ? 1 : 1 + 0.1 * by * stretch);
    const multiplier = multiplied === null ? 0 : 10 * (at.number('rope.scaling.yarn_log_multiplier') ?? 0);
    const ratio = multiplier === 0 ? growth(1) : multiplied === 'both' ? 1 : growth(1) / growth(multiplier);
    const own = at.number('rope.scaling.attn_factor') ?? 1;
    const org = at.text('rope.scaling.type') === 'yarn' ? own * ratio : own * (1 + 0.1 * stretch);
    const length = at.number('attention.key_length_mla') || keyLength(at);
    return (org * (1 + 0.1 * multiplier * stretch)) ** 2 / Math.sqrt(length);
  };

/** Scores of queries beyond the trained context are spread, if the keys say by how much. */
const deepseekTemperature = (at: LayerView) => {
  const [scale = 0, length = 0] = [at.number('attention.temperature_scale'), at.number('attention.temperature_length')];
  return scale === 0 || length === 0 ? null : temperatureAt(scale, length, 0);
};

/** GLM 4.7 Lite is DeepSeek 2 with another gating function; it is recognized by its sizes. */
const deepseekGating: LayerViewRule<Gating | undefined> = (at) => {
  const lite = (at.layers === 47 || at.layers === 48) && at.vocabulary === 154_880;
  return keyedGating(lite ? 'sigmoid' : 'softmax')(at);
};

const TENFOLD: Partial<Rotation> = { yarnKeys: ['log-multiplier-tenfold'] };

const deepseek2 = (both: boolean): Forward =>
  decoder(
    serial(
      {
        kind: 'latent-attention',
        rotation: {
          ...NEIGHBORS,
          yarnKeys: [both ? 'log-multiplier-both' : 'log-multiplier-tenfold'],
        },
        scale: deepseekScale(both ? 'both' : 'below'),
        temperature: deepseekTemperature,
      },
      feedForward('silu', { experts: keyedExperts(undefined, { gating: deepseekGating }) }),
    ),
  );

/** Entries for 4 tokens are so many that an indexer selects among them; entries for 128 tokens are few. */
const deepseek4Entries = ({ number }: LayerView): Entries | null | undefined => {
  const tokens = number('attention.compress_ratios');
  if (tokens === 0) return null;
  const near = tokens === 4;
  return near || tokens === 128 ? { tokens, overlap: near, picked: near } : undefined;
};

/** Layers with compressed entries have a separate rotation base, and only they scale positions. */
const deepseek4Rotation = (at: LayerView): Rotation =>
  deepseek4Entries(at)
    ? {
        ...{ pairs: 'neighbors', turns: 'last', keepsLength: true },
        base: at.number('attention.compress_rope_freq_base') ?? 0,
      }
    : { pairs: 'neighbors', turns: 'last', plain: true };

/** The first layers have a table that gives the experts for each token. */
const deepseek4Table = ({ layer, number }: LayerView): string | null | undefined => {
  const count = number('hash_layer_count');
  return count === undefined ? undefined : layer < count ? 'ffn_gate_tid2eid' : null;
};

const clampedShared = keyedClamp('swiglu_clamp_shexp', 'before');
const clampedExperts = keyedClamp('swiglu_clamp_exp', 'before');

const DEEPSEEK4_FORWARD = decoder(
  inStreams(
    serial(
      { kind: 'compressed-attention', rotation: deepseek4Rotation, entries: deepseek4Entries },
      feedForward('silu', {
        experts: keyedExperts(undefined, {
          byToken: deepseek4Table,
          clamp: clampedExperts,
          sharedClamp: (at) => (at.number('swiglu_clamp_shexp') === undefined ? clampedExperts(at) : clampedShared(at)),
        }),
      }),
    ),
  ),
  { streams: 'crossed', output: { streams: 'output_hc' } },
);

export const DEEPSEEK = (): Family => ({
  deepseek: {
    tensors: layers(TIED, `${ATTENTION} ffn_norm`, when(isSparse, `${EXPERTS} ${SHARED_EXPERT}`, GATED)),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(NEIGHBORS_WITH_FACTORS),
        feedForward('silu', { experts: { ...UNNORMALIZED_EXPERTS, scale: keyed('expert_weights_scale', 1) } }),
      ),
    ),
  },
  deepseek2: {
    tensors: DEEPSEEK2_MODEL,
    keys: [RMS, ...EXPERTS_SHARED, 'attention.kv_lora_rank', where(isNotLite, 'attention.q_lora_rank')],
    lengths: {},
    cache: { cache: 'layers', latent: true },
    forward: deepseek2(true),
  },
  'deepseek2-ocr': {
    tensors: layers(
      TIED,
      `${ATTENTION} ffn_norm`,
      when(isSparse, `${FUSED_EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: { equalHeads: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention({ pairs: 'halves', dimensions: 'head', plain: true }, { scale: deepseekScale('below') }),
        feedForward('silu', { experts: keyedExperts('softmax') }),
      ),
    ),
  },
  deepseek32: {
    tensors: withNextToken(layers(TIED, ...DEEPSEEK32), [...DEEPSEEK32, NEXT_TOKEN]),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...INDEXER_KEYS,
      'attention.q_lora_rank',
      'attention.kv_lora_rank',
      'expert_gating_func',
    ],
    lengths: {},
    cache: { cache: 'layers', latent: true, indexer: 'all' },
    forward: decoder(
      serial(
        {
          kind: 'latent-attention',
          rotation: { ...NEIGHBORS, ...TENFOLD },
          scale: deepseekScale('below'),
          indexer: { rotation: { ...HALVES, ...TENFOLD }, epsilon: 1e-6 },
        },
        feedForward('silu', { experts: keyedExperts() }),
      ),
    ),
  },
  deepseek4: {
    tensors: withNextToken(
      layers(`${UNTIED} output_hc_fn output_hc_base output_hc_scale`, ...DEEPSEEK4),
      [...DEEPSEEK4, NEXT_TOKEN],
      'trunk',
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...INDEXER_KEYS,
      'attention.q_lora_rank',
      'attention.sliding_window',
      'expert_weights_scale',
      'expert_weights_norm',
      'swiglu_clamp_exp',
      'attention.output_group_count',
      'attention.output_lora_rank',
      'attention.compress_rope_freq_base',
      'hyper_connection.count',
      'hyper_connection.sinkhorn_iterations',
      'hyper_connection.epsilon',
      'hash_layer_count',
      'attention.compress_ratios',
      'expert_gating_func',
    ],
    lengths: { latentIsHead: true },
    cache: {
      cache: 'compressed',
      window: { when: 'always', layers: 'all' },
      nextTokenLayers: 'if-stored',
    },
    forward: DEEPSEEK4_FORWARD,
  },
  dots1: {
    tensors: layers(
      UNTIED,
      `${ATTENTION} ${QK_NORMS} ffn_norm`,
      when(isSparse, `${EXPERTS} ${ROUTER_BIAS}? ${SHARED_EXPERT}`, GATED),
    ),
    keys: [RMS, ...EXPERTS_SHARED],
    lengths: { equalHeads: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: keyedExperts() })),
    ),
  },
  dots3note: {
    tensors: withNextToken(
      layers(
        TIED,
        `${LATENT_BY_HEAD} attn_k_norm attn_gate`,
        when(hasIndexer, INDEXER),
        when(isSparse, `${EXPERTS} exp_probs_b:bias ${SHARED_EXPERT}`, GATED),
      ),
      [maybe(`${LATENT_BY_HEAD} attn_k_norm attn_gate ${GATED} ${NEXT_TOKEN}`).replace(' nextn.shared_head_head?', '')],
      'neither',
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...LATENT_LENGTHS,
      ...INDEXER_KEYS,
      ...WINDOW_LIST,
      'leading_dense_block_count',
      'expert_gating_func',
      'attention.q_lora_rank',
      'attention.kv_lora_rank',
      'attention.kv_lora_rank_swa',
      'attention.key_length_mla_swa',
      'attention.value_length_mla_swa',
      'rope.freq_base_swa',
      'attention.indexer.types',
    ],
    lengths: { keyNormIsRotated: true },
    cache: {
      cache: 'layers',
      latent: true,
      window: { when: 'always', layers: 'list' },
      indexer: 'listed',
    },
    forward: decoder(({ slides, number }) =>
      serial(
        {
          kind: 'latent-attention',
          rotation: {
            ...NEIGHBORS,
            dimensions: 'head',
            ...(slides && { base: number('rope.freq_base_swa') ?? 0 }),
          },
          gate: { from: 'matrix', tensor: 'attn_gate' },
          indexer: slides ? null : { rotation: HALVES, epsilon: 1e-6 },
        },
        feedForward('silu', { experts: keyedExperts() }),
      ),
    ),
  },
  'kimi-k3': {
    tensors: layers(
      [UNTIED, when(scoresBlocks, 'output_res_score')],
      'attn_norm ffn_norm',
      when(scoresBlocks, 'attn_res_score ffn_res_score'),
      when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_f_b ssm_g`, `${KIMI_ATTENTION} attn_gate?`),
      when(
        isSparse,
        [
          `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED}`,
          when(hasExpertLatent, 'ffn_routed_down ffn_routed_up ffn_routed_norm?'),
        ],
        GATED,
      ),
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...LATENT_LENGTHS,
      'attention.kv_lora_rank',
      'ssm.conv_kernel',
      'kda.head_dim',
      'expert_gating_func',
      'attn_res.block_size',
      'activation.situ_beta',
      'activation.situ_linear_beta',
    ],
    lengths: {},
    cache: { ...hybridCache('delta-rule', { snapshots: true }), latent: true },
    forward: KIMI_K3_FORWARD,
  },
  'kimi-linear': {
    tensors: layers(
      UNTIED,
      'attn_norm ffn_norm',
      when(isRecurrent, `${KIMI_DELTA} ssm_f_a ssm_f_b ssm_g_a ssm_g_b`, KIMI_ATTENTION),
      when(isSparse, `${EXPERTS} exp_probs_b:bias ${KIMI_SHARED}`, GATED),
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...LATENT_LENGTHS,
      'attention.kv_lora_rank',
      'ssm.conv_kernel',
      'kda.head_dim',
      'expert_gating_func',
    ],
    lengths: {},
    cache: { ...hybridCache('delta-rule'), latent: true },
    forward: decoder(({ recurs }) =>
      serial(
        recurs ? { kind: 'kimi-delta' } : LATENT_UNTURNED,
        feedForward('silu', { experts: keyedExperts(undefined, { normalized: true }) }),
      ),
    ),
  },
  minicpm3: {
    tensors: layers(
      `${TIED} ${ROPE_FACTORS}`,
      `attn_norm ${QUERY_LATENT} ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${GATED}`,
    ),
    keys: [RMS, 'attention.q_lora_rank', 'attention.kv_lora_rank'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      ({ layers }) => {
        const scale = 1.4 / Math.sqrt(layers);
        return serial(
          { kind: 'latent-attention', rotation: { pairs: 'halves', factors: 'short-and-long' } },
          feedForward('silu'),
          { mixing: { scale }, network: { scale } },
        );
      },
      { input: { scale: 12 }, output: { scale: ({ number }) => 256 / (number('embedding_length') ?? 256) } },
    ),
  },
  mistral4: {
    tensors: DEEPSEEK2_MODEL,
    keys: [RMS, ...EXPERTS_SHARED, 'attention.kv_lora_rank', where(isNotLite, 'attention.q_lora_rank')],
    lengths: {},
    cache: { cache: 'layers', latent: true },
    forward: deepseek2(false),
  },
  plm: {
    tensors: layers('token_embd output_norm', `attn_norm attn_q ${KEY_LATENT} attn_kv_b attn_output ffn_norm ${PLAIN}`),
    keys: [RMS, 'attention.kv_lora_rank'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial({ kind: 'latent-attention', rotation: NEIGHBORS }, feedForward('relu-squared'))),
  },
});
