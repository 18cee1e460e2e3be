/** Models that keep a state instead of looking back: Mamba and RWKV. */

import type { Family } from './architecture.js';
import { recurrentCache } from './cache-pieces.js';
import type { Forward, Layer, LayerViewRule } from './forward.js';
import { decoder, feedForward, serial } from './forward-pieces.js';
import { RMS, STATE_SPACE, STATE_SPACE_GROUPED } from './key-pieces.js';
import { layers } from './notation.js';
import type { TimeMixing } from './recurrence.js';
import { GATED, MAMBA, MAMBA2, maybe, TIED, UNTIED, withBiases } from './tensor-pieces.js';

const RWKV_NORMED = `token_embd ${withBiases('token_embd_norm output_norm')} output`;

const TIME_MIX = 'time_mix_key time_mix_value time_mix_receptance time_mix_output';

const RWKV6 =
  'time_mix_w1 time_mix_w2 time_mix_lerp_x time_mix_decay time_mix_decay_w1 time_mix_decay_w2 time_mix_gate';

const RWKV6_LERPS = 'time_mix_lerp_w time_mix_lerp_k time_mix_lerp_v time_mix_lerp_r time_mix_lerp_g';

const RWKV7 = [
  'time_mix_w0 time_mix_w1 time_mix_w2 time_mix_a0 time_mix_a1 time_mix_a2 time_mix_v0 time_mix_v1 time_mix_v2',
  'time_mix_lerp_fused time_mix_k_k time_mix_k_a time_mix_r_k',
  TIME_MIX,
].join(' ');

/** Time mixing and channel mixing, with norms that have biases. `outputScale`: a factor on the residual stream after the layer. */
function rwkvForward(mixing: TimeMixing, outputScale?: LayerViewRule<number>): Forward {
  const layer: Layer = {
    steps: [
      { branches: [{ norm: 'attn_norm', block: mixing }] },
      { branches: [{ norm: 'attn_norm_2', block: { kind: 'channel-mixing' } }] },
    ],
  };
  return decoder(outputScale === undefined ? layer : { ...layer, outputScale }, {
    norm: 'layer',
    input: { norm: 'token_embd_norm' },
  });
}

export const RECURRENT = (): Family => ({
  arwkv7: {
    tensors: layers(
      UNTIED,
      `attn_norm ${RWKV7} time_mix_g1? time_mix_g2? time_mix_ln? time_mix_ln:bias? ffn_norm ${GATED}`,
    ),
    keys: [
      'wkv.head_size',
      'attention.decay_lora_rank',
      'attention.iclr_lora_rank',
      'attention.value_residual_mix_lora_rank',
    ],
    lengths: {},
    cache: recurrentCache('rwkv'),
    forward: decoder(serial({ kind: 'rwkv-7' }, feedForward('silu'))),
  },
  mamba: {
    tensors: layers(TIED, `attn_norm ${MAMBA}`),
    keys: [RMS, ...STATE_SPACE],
    lengths: {},
    cache: recurrentCache('mamba'),
    forward: decoder({
      steps: [
        {
          branches: [
            { norm: 'attn_norm', block: { kind: 'mamba', normed: ({ flag }) => flag('ssm.dt_b_c_rms') ?? false } },
          ],
        },
      ],
    }),
  },
  mamba2: {
    tensors: layers(TIED, `attn_norm ${MAMBA2.replace('ssm_conv1d:bias?', 'ssm_conv1d:bias')}`),
    keys: [RMS, ...STATE_SPACE_GROUPED],
    lengths: {},
    cache: recurrentCache('mamba-2'),
    forward: decoder({ steps: [{ branches: [{ norm: 'attn_norm', block: { kind: 'mamba-2' } }] }] }),
  },
  rwkv6: {
    tensors: layers(
      RWKV_NORMED,
      withBiases('attn_norm attn_norm_2 time_mix_ln'),
      `${RWKV6} ${TIME_MIX} time_mix_first`,
      `time_mix_lerp_fused|${RWKV6_LERPS.replaceAll(' ', '+')} time_mix_lerp_fused? ${maybe(RWKV6_LERPS)}`,
      'channel_mix_lerp_k channel_mix_lerp_r channel_mix_key channel_mix_value channel_mix_receptance',
    ),
    keys: ['wkv.head_size', 'time_mix_extra_dim', 'time_decay_extra_dim'],
    lengths: {},
    cache: recurrentCache('rwkv'),
    forward: rwkvForward({ kind: 'rwkv-6' }, ({ layer, number }) =>
      (layer + 1) % (number('rescale_every_n_layers') || Number.POSITIVE_INFINITY) === 0 ? 0.5 : 1,
    ),
  },
  rwkv6qwen2: {
    tensors: layers(
      `${UNTIED} output_norm:bias?`,
      `attn_norm ${RWKV6} ${TIME_MIX} time_mix_lerp_fused time_mix_first?`,
      'time_mix_key:bias? time_mix_value:bias? time_mix_receptance:bias?',
      `ffn_norm ${GATED}`,
    ),
    keys: ['wkv.head_size', 'time_mix_extra_dim', 'time_decay_extra_dim'],
    lengths: {},
    cache: recurrentCache('rwkv'),
    forward: decoder(serial({ kind: 'rwkv-6' }, feedForward('silu'))),
  },
  rwkv7: {
    tensors: layers(
      RWKV_NORMED,
      withBiases('attn_norm attn_norm_2 time_mix_ln'),
      `${RWKV7} time_mix_g1 time_mix_g2 channel_mix_lerp_k channel_mix_key channel_mix_value`,
    ),
    keys: [
      'wkv.head_size',
      'attention.decay_lora_rank',
      'attention.iclr_lora_rank',
      'attention.value_residual_mix_lora_rank',
    ],
    lengths: {},
    cache: recurrentCache('rwkv'),
    forward: rwkvForward({ kind: 'rwkv-7' }),
  },
});
