/** How sound codes become features of sound: the decoder of WavTokenizer (https://arxiv.org/abs/2408.16532). */

import type { Attention, Forward, Layer } from './forward.js';

/** One head over all tokens, with its matrices stored as convolution kernels. */
const ATTENTION: Attention = {
  ...{ kind: 'attention', sees: 'all', rotation: null },
  ...{ oneHead: true, convolutions: true },
};

/** Two networks of convolutions, attention, two networks, a norm. */
function positions(layer: number): Layer {
  if (layer === 5) return { steps: [{ branches: [], normBehindSum: 'attn_norm' }] };
  return layer === 2
    ? { steps: [{ branches: [{ norm: 'attn_norm', block: ATTENTION }] }] }
    : { steps: [{ branches: [{ norm: null, block: { kind: 'convolutions' } }] }] };
}

export const WAVTOKENIZER_FORWARD: Forward = {
  norm: 'layer',
  before: {
    gives: 'for-layers',
    forward: {
      norm: 'group-of-all',
      stack: { trunk: 'posnet', count: 'posnet.block_count', width: 'posnet.embedding_length' },
      input: { width: 'features_length', convolution: 'conv1d' },
      layer: ({ layer }) => positions(layer),
      output: { norm: 'token_embd_norm', normKind: 'layer' },
    },
  },
  stack: { trunk: 'convnext', count: 'convnext.block_count', width: 'convnext.embedding_length' },
  input: {},
  layer: () => ({ steps: [{ branches: [{ norm: null, block: { kind: 'conv-next' } }] }] }),
  output: { features: true },
};
