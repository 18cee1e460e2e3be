/** The Hunyuan family. */

import type { Family } from './architecture.js';
import { PLAIN_CACHE } from './cache-pieces.js';
import { ownsIndexer } from './conditions.js';
import type { HeadNorm, Rotation } from './forward.js';
import {
  attention,
  decoder,
  feedForward,
  HALVES_WITH_FACTORS,
  HEAD_NORM,
  inStreams,
  keyedClamp,
  keyedExperts,
  keyLength,
  NEIGHBORS,
  SOFTMAX_EXPERTS,
  serial,
} from './forward-pieces.js';
import { EXPERTS_SHARED, LATENT_LENGTHS, RMS } from './key-pieces.js';
import type { LayerView } from './layer-view.js';
import { layers, when, withNextToken } from './notation.js';
import {
  ATTENTION,
  DEEPSEEK_SPARSE,
  DENSE_OR_EXPERTS,
  INDEXER,
  LATENT_BY_HEAD,
  maybe,
  NEXT_TOKEN,
  NORMED_DECODER,
  NORMED_SPARSE_DECODER,
  QK_NORMS,
  SHARED_EXPERT,
  TIED,
  UNTIED,
} from './tensor-pieces.js';

const HUNYUAN_TENSORS = layers(TIED, NORMED_DECODER);

/** In these models, the stored tensors show which layers have experts. */
const HUNYUAN3 = `${ATTENTION} ${QK_NORMS} ffn_norm ${DENSE_OR_EXPERTS} exp_probs_b:-? ${maybe(SHARED_EXPERT)}`;

/** The norms of queries and keys come after the rotation. */
const NORM_BEHIND: HeadNorm = { kind: 'rms', place: 'behind-rotation' };

/** The base grows if a key says by how much the context was extended (NTK). */
const stretchedRotation = (at: LayerView): Rotation => {
  const alpha = at.number('rope.scaling.alpha') ?? 0;
  const length = keyLength(at);
  return {
    ...HALVES_WITH_FACTORS,
    ...(alpha > 0 ? { base: (at.number('rope.freq_base') ?? 10_000) * alpha ** (length / (length - 2)) } : {}),
  };
};

const sectionedRotation = (at: LayerView): Rotation => {
  const sections = at.list('rope.dimension_sections')?.some((one) => one !== 0);
  return { ...stretchedRotation(at), ...(sections ? { sections: 'in-order' } : {}) };
};

export const HUNYUAN = (): Family => ({
  'hunyuan-dense': {
    tensors: HUNYUAN_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(stretchedRotation, { headNorm: NORM_BEHIND }), feedForward('silu'))),
  },
  'hunyuan-moe': {
    tensors: layers(TIED, `${NORMED_SPARSE_DECODER} ${SHARED_EXPERT}`),
    keys: [RMS, 'expert_feed_forward_length'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES_WITH_FACTORS, { headNorm: NORM_BEHIND }),
        feedForward('silu', { experts: SOFTMAX_EXPERTS }),
      ),
    ),
  },
  hunyuan_vl: {
    tensors: HUNYUAN_TENSORS,
    keys: [RMS],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(serial(attention(sectionedRotation, { headNorm: NORM_BEHIND }), feedForward('silu'))),
  },
  hy_v3: {
    tensors: withNextToken(layers(TIED, HUNYUAN3), [HUNYUAN3, NEXT_TOKEN]),
    keys: [RMS, 'expert_feed_forward_length'],
    lengths: {},
    cache: PLAIN_CACHE,
    forward: decoder(
      serial(
        attention(HALVES_WITH_FACTORS, { headNorm: HEAD_NORM }),
        feedForward('silu', { experts: keyedExperts('sigmoid') }),
      ),
    ),
  },
  hy_v4: {
    tensors: layers(
      `${UNTIED} output_hc_fn output_hc_base output_hc_scale`,
      `${LATENT_BY_HEAD} attn_sinks attn_gate`,
      when(ownsIndexer, INDEXER),
      'hc_attn_fn hc_attn_base hc_attn_scale hc_ffn_fn hc_ffn_base hc_ffn_scale',
      DEEPSEEK_SPARSE,
    ),
    keys: [
      RMS,
      ...EXPERTS_SHARED,
      ...LATENT_LENGTHS,
      'attention.q_lora_rank',
      'attention.kv_lora_rank',
      'hyper_connection.count',
      'hyper_connection.epsilon',
      'hyper_connection.magnitude',
    ],
    lengths: {},
    cache: { cache: 'layers', latent: true, indexer: 'listed-if-used', nextTokenLayers: 'counted' },
    forward: decoder(
      ({ number }) =>
        inStreams(
          serial(
            {
              kind: 'latent-attention',
              rotation: NEIGHBORS,
              gate: { from: 'matrix', tensor: 'attn_gate' },
              indexer: number('attention.indexer.top_k')
                ? { rotation: { ...NEIGHBORS, turns: 'last' }, epsilon: 'rms' }
                : null,
            },
            feedForward('silu', {
              experts: keyedExperts(undefined, { clamp: keyedClamp('swiglu_clamp_exp', 'before') }),
            }),
          ),
        ),
      { streams: 'independent', output: { streams: 'output_hc' } },
    ),
  },
});
