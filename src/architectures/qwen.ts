/** The Qwen family, and the diffusion models that grew out of it. */

import type { Family } from './architecture.js';
import type { CacheFacet } from './cache-facet.js';
import { NO_CACHE, PLAIN_CACHE } from './cache-pieces.js';
import { hasNgrams, isLinear, isNgramLayer } from './conditions.js';
import type { Block, Forward, Rotation, Step } from './forward.js';
import {
  attention,
  bidirectional,
  decoder,
  feedForward,
  HALVES,
  HEAD_NORM,
  inStreams,
  SECTIONS_IN_ORDER,
  SECTIONS_IN_TURNS,
  SOFTMAX_EXPERTS,
  serial,
  UNNORMALIZED_EXPERTS,
} from './forward-pieces.js';
import { INDEXER_KEYS, RMS, STATE_SPACE_GROUPED } from './key-pieces.js';
import { layers, when, where, withNextToken } from './notation.js';
import type { DeltaRule } from './recurrence.js';
import {
  DECODER,
  FUSED_EXPERTS,
  GATED,
  NEXT_TOKEN,
  NORMED_DECODER,
  NORMED_SPARSE_DECODER,
  QK_NORMS,
  SELF_ATTENTION,
  SHARED_EXPERT,
  SPARSE_DECODER,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const QWEN2_TENSORS = layers(`${TIED} output:bias?`, DECODER);

const QWEN3_FORWARD = decoder(
  serial(attention(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
);

const QWEN3VL_FORWARD = decoder(
  serial(attention(SECTIONS_IN_TURNS, { headNorm: HEAD_NORM }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
);

const QWEN3_TENSORS = layers(`${TIED} cls.output?`, NORMED_DECODER);

/** Qwen's layers with a gated delta rule; files from before 2026 have its inputs in one matrix. */
const GATED_DELTA = 'ssm_conv1d ssm_dt:bias ssm_a:- ssm_norm ssm_out';

const QWEN_NORMS = 'attn_norm post_attention_norm';

const QWEN_ATTENTION = `${SELF_ATTENTION} ${QK_NORMS}`;

const QWEN_EXPERTS = `${FUSED_EXPERTS} ffn_gate_inp_shexp ${SHARED_EXPERT}`;

const QWEN35_MIXER = when(isLinear, `attn_qkv attn_gate ${GATED_DELTA} ssm_beta ssm_alpha`, QWEN_ATTENTION);

/** Three layers with a state for each layer with attention; layers for next-token prediction are separate. */
const DELTA_CACHE: CacheFacet = {
  cache: 'layers',
  state: { kind: 'mamba-2', layers: { interval: 4 } },
};

const DELTA_CACHE_SNAPSHOTS: CacheFacet = {
  ...DELTA_CACHE,
  state: { kind: 'mamba-2', layers: { interval: 4 }, snapshots: true },
};

/** Layers with the gated delta rule; every few layers there is one with attention whose gate is in the query matrix. */
function deltaForward(sharing: DeltaRule['sharing'], rotation: Rotation): Forward {
  const attending = attention(rotation, { headNorm: HEAD_NORM, gate: { from: 'query' } });
  const network = feedForward('silu', { experts: SOFTMAX_EXPERTS });
  return decoder(({ recurs }) =>
    serial(recurs ? { kind: 'delta-rule', sharing } : attending, network, { network: { norm: 'post_attention_norm' } }),
  );
}

/** Qwen 4: several residual streams, mixed by narrow matrices before and after each block. */
const QWEN4_STREAMS = 'hc_{}_norm hc_{}_down hc_{}_up hc_{}_inject';
const QWEN4_NGRAMS = 'ple_key ple_value ple_norm_key ple_norm_query ple_norm_conv ple_conv1d';

/** Delta rule and attention in several residual streams; in layers that the keys list, n-gram embeddings are added to the streams first. */
const QWEN4_FORWARD: Forward = decoder(
  (at) => {
    const mixing: Block = at.recurs
      ? { kind: 'delta-rule', sharing: 'turn', gate: 'sigmoid' }
      : attention(SECTIONS_IN_TURNS, {
          headNorm: HEAD_NORM,
          gate: { from: 'query' },
          blockIndexer: { queries: SECTIONS_IN_TURNS, blocks: HALVES },
        });
    const network = feedForward('silu', { experts: SOFTMAX_EXPERTS });
    const { steps } = inStreams(serial(mixing, network, { mixing: { norm: null }, network: { norm: null } }));
    const ngrams: Step = { branches: [{ norm: null, block: { kind: 'ngram-embedding' } }] };
    return { steps: at.stored('ple_key.weight') ? [ngrams, ...steps] : steps };
  },
  { streams: 'gated', output: { streams: 'output_hc', norm: null } },
);

export const QWEN = (): Family => ({
  dream: {
    tensors: QWEN2_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(serial(bidirectional(HALVES), feedForward('silu'))),
    gives: 'all-tokens',
  },
  qwen: {
    tensors: layers(UNTIED, `attn_norm attn_qkv attn_qkv:bias attn_output ffn_norm ${GATED}`),
    keys: [RMS],
    lengths: { gateCounted: true, equalHeads: true },
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES),
        feedForward('silu', { length: ({ number }) => (number('feed_forward_length') ?? 0) / 2 }),
      ),
    ),
  },
  qwen2: {
    tensors: QWEN2_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('silu'))),
  },
  qwen2moe: {
    tensors: layers(UNTIED, `${SPARSE_DECODER} ffn_gate_inp_shexp ${SHARED_EXPERT}`),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(HALVES), feedForward('silu', { experts: UNNORMALIZED_EXPERTS }))),
  },
  qwen2vl: {
    tensors: QWEN2_TENSORS,
    keys: ['rope.dimension_sections'],
    lengths: {},
    cache: PLAIN_CACHE,
    // The loader of llama.cpp v0.5.0 does not read an epsilon for this architecture.
    forward: decoder(serial(attention(SECTIONS_IN_ORDER), feedForward('silu')), { epsilon: 0 }),
  },
  qwen3: {
    tensors: QWEN3_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: QWEN3_FORWARD,
  },
  qwen35: {
    tensors: withNextToken(
      layers(TIED, QWEN_NORMS, QWEN35_MIXER, GATED),
      [`${QWEN_NORMS} ${QWEN_ATTENTION} ${GATED} ${NEXT_TOKEN}`],
      'trunk',
    ),
    keys: [RMS, ...STATE_SPACE_GROUPED, 'rope.dimension_sections'],
    lengths: { gatedQuery: true },
    cache: DELTA_CACHE_SNAPSHOTS,
    forward: deltaForward('turn', SECTIONS_IN_TURNS),
  },
  qwen35moe: {
    tensors: withNextToken(
      layers(TIED, QWEN_NORMS, QWEN35_MIXER, QWEN_EXPERTS),
      [`${QWEN_NORMS} ${QWEN_ATTENTION} ${QWEN_EXPERTS} ${NEXT_TOKEN}`],
      'trunk',
    ),
    keys: [RMS, ...STATE_SPACE_GROUPED, 'rope.dimension_sections'],
    lengths: { gatedQuery: true },
    cache: DELTA_CACHE_SNAPSHOTS,
    forward: deltaForward('turn', SECTIONS_IN_TURNS),
  },
  qwen3moe: {
    tensors: layers(TIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: QWEN3_FORWARD,
  },
  qwen3next: {
    tensors: withNextToken(
      layers(
        TIED,
        QWEN_NORMS,
        when(isLinear, `ssm_in|attn_qkv+attn_gate ssm_in? attn_qkv? attn_gate? ${GATED_DELTA} ssm_ba`, QWEN_ATTENTION),
        QWEN_EXPERTS,
      ),
      [`${QWEN_NORMS} ${QWEN_ATTENTION} ${QWEN_EXPERTS} ${NEXT_TOKEN}`],
      'trunk',
    ),
    keys: [RMS, ...STATE_SPACE_GROUPED],
    lengths: { gatedQuery: true },
    cache: DELTA_CACHE,
    forward: deltaForward('row', HALVES),
  },
  qwen3vl: {
    tensors: QWEN3_TENSORS,
    keys: [RMS, 'rope.dimension_sections'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: QWEN3VL_FORWARD,
  },
  qwen3vlmoe: {
    tensors: layers(TIED, NORMED_SPARSE_DECODER),
    keys: [RMS, 'rope.dimension_sections'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: QWEN3VL_FORWARD,
  },
  qwen4exp: {
    tensors: layers(
      ['token_embd output? output_hc_norm output_hc_down output_hc_up', when(hasNgrams, 'per_layer_token_embd')],
      `${QWEN4_STREAMS.replaceAll('{}', 'attn')} ${QWEN4_STREAMS.replaceAll('{}', 'ffn')}`,
      when(
        isLinear,
        `attn_qkv attn_gate ${GATED_DELTA} ssm_beta ssm_alpha`,
        `${QWEN_ATTENTION} indexer.q_proj indexer.k_proj indexer.q_norm indexer.k_norm`,
      ),
      when(isNgramLayer, QWEN4_NGRAMS),
      QWEN_EXPERTS,
    ),
    keys: [
      RMS,
      ...STATE_SPACE_GROUPED,
      ...INDEXER_KEYS,
      'rope.dimension_sections',
      'hyper_connection.count',
      'hyper_connection.low_rank',
      where(
        hasNgrams,
        'ple.ngram_size',
        'ple.heads_per_ngram',
        'ple.conv_kernel',
        'ple.eos_token_id',
        'embedding_length_per_layer_input',
        'ple.layer_multipliers',
        'ple.head_offsets',
        'ple.head_vocab_sizes',
      ),
    ],
    lengths: { gatedQuery: true },
    cache: {
      cache: 'layers',
      state: { kind: 'mamba-2', layers: { interval: 4 }, snapshots: true, ngrams: true },
      indexer: 'attending',
    },
    forward: QWEN4_FORWARD,
  },
  rnd1: {
    tensors: layers(TIED, NORMED_SPARSE_DECODER),
    keys: [RMS],
    lengths: {},
    cache: NO_CACHE,
    forward: decoder(
      serial(bidirectional(HALVES, { headNorm: HEAD_NORM }), feedForward('silu', { experts: SOFTMAX_EXPERTS })),
    ),
    gives: 'all-tokens',
  },
});
