/**
 * The type of a row in the role table. A role is the job of a stored tensor in the model; the GGUF specification only gives names, so the
 * rows describe how llama.cpp's loaders and graphs use them.
 */

/** The groups of roles, in the order in which a token passes through them. */
export const ROLE_GROUPS = [
  { id: 'embedding', title: 'Embedding' },
  { id: 'position', title: 'Position' },
  { id: 'attention', title: 'Attention' },
  { id: 'feed-forward', title: 'Feed-forward' },
  { id: 'experts', title: 'Experts' },
  { id: 'recurrent', title: 'Recurrent layers' },
  { id: 'convolution', title: 'Convolution' },
  { id: 'normalization', title: 'Normalization' },
  { id: 'bias', title: 'Bias' },
  { id: 'residual', title: 'Residual stream' },
  { id: 'output', title: 'Output' },
  { id: 'pooling', title: 'Pooling and classification' },
  { id: 'next-token-prediction', title: 'Next-token prediction and drafting' },
  { id: 'vision', title: 'Vision' },
  { id: 'audio', title: 'Audio' },
  { id: 'conditioning', title: 'Conditioning' },
  { id: 'projector', title: 'Projector' },
  { id: 'adapter', title: 'Adapter' },
  { id: 'quantization', title: 'Quantization' },
  { id: 'unknown', title: 'Unknown' },
] as const;

export type RoleGroup = (typeof ROLE_GROUPS)[number]['id'];

/**
 * The kind of a stored tensor. A `matrix` transforms a vector, a `lookup table` is read by index, a `vector` or `scalar` acts on each
 * element separately, `constants` were computed once rather than learned.
 */
export type TensorKind = 'lookup table' | 'matrix' | 'vector' | 'scalar' | 'convolution' | 'constants' | 'unknown';

/**
 * The ggml operation that consumes the tensor. `none`: used unchanged, or never read. `im2col` is ggml's form of a convolution: the windows
 * are laid out side by side, and a matrix product follows.
 */
export type Operation =
  | 'get_rows'
  | 'mul_mat'
  | 'mul_mat_id'
  | 'mul'
  | 'add'
  | 'sub'
  | 'div'
  | 'scale'
  | 'clamp'
  | 'rope'
  | 'im2col'
  | 'conv_transpose_1d'
  | 'ssm_conv'
  | 'ssm_scan'
  | 'rwkv_wkv'
  | 'none'
  | 'unknown';

/** The names of axes with their meanings. Singular `head` is the width of one head; `heads` counts them. */
export const AXES = {
  embedding: 'the width of the vector that travels through the model',
  vocabulary: 'one for each token of the vocabulary',
  position: 'one for each position in the context, in the grid of patches or in time',
  'token type': 'one for each segment of the input',
  'per-layer embedding': 'the width of the small extra vector of one layer',
  'per-layer embeddings': 'the small extra vectors of all layers, one after another',
  'rotation pair': 'one for each pair of dimensions that is rotated together',
  distance: 'one for each distance, or range of distances, between two positions',
  head: 'the elements of one head',
  heads: 'one for each head',
  'query heads': 'the queries of all heads, one after another',
  'key heads': 'the keys of all key/value heads',
  'value heads': 'the values of all key/value heads',
  'key and value heads': 'keys and values of all heads',
  'query, key and value heads': 'queries, keys and values, one after another',
  'query, key, value and feed-forward': 'queries, keys, values and the hidden part of the feed-forward layer',
  'heads and feed-forward': 'the results of all heads and the hidden part of the feed-forward layer',
  'head group': 'the results of the heads of one group',
  'latent query': 'the short vector from which the queries are computed',
  'latent key-value': 'the short vector that the cache keeps, and from which keys and values are computed',
  'latent key-value and position': 'the latent key-value and the part of the key that carries the position',
  'latent query, key-value and position': 'both latents and the part of the key that carries the position',
  'latent output': 'the short vectors of all head groups before the last step of the output',
  'attention sinks': 'one for each learned entry in addition to the tokens',
  'indexer head': 'the elements of one head of the indexer',
  'indexer heads': 'the queries of all heads of the indexer',
  'compressed key-value': 'the width of the entry that represents a block of tokens',
  'position in block': 'one for each position within a block of tokens',
  'feed-forward': 'the hidden width of the feed-forward layer',
  'gate and up': 'the gate and the up part, one after another',
  experts: 'one for each expert',
  expert: 'one matrix for each expert',
  'expert slot': 'one for each expert that works on a token',
  'expert latent': 'the width that the routed experts work in',
  'expert feed-forward': 'the hidden width of one expert',
  'one number': 'a single number',
  'inner state': 'the inner width of the recurrent layer',
  'recurrent input': 'everything that the recurrent layer needs, one after another',
  'time step rank': 'the short vector from which the time steps are computed',
  'time step, B and C': 'time step, input gate B and output gate C',
  state: 'the numbers that the layer remembers for each channel',
  'decays and strengths': 'a decay and a writing strength for each head',
  'gate rank': 'the short vector between the two steps of a gate',
  'three streams': 'two gates and the signal, one after another',
  'low rank': 'the short vector between two matrices',
  'mixing targets': 'receptance, key, value and the others that mix in the previous token',
  kernel: 'the taps of the filter',
  'kernel width': 'the width of the filter',
  'kernel height': 'the height of the filter',
  'per channel': 'always 1: each channel is filtered separately',
  channels: 'one for each channel',
  'channels in': 'the channels that go in',
  'channels out': 'the channels that come out',
  output: 'the outputs of the matrix that it belongs to',
  input: 'the inputs of the matrix that it belongs to',
  matrix: 'one for each matrix of the tensor that it belongs to (several if experts are stacked)',
  rank: 'the rank of the adapter',
  'parallel streams': 'all parallel copies of the residual stream, one after another',
  'parallel copies': 'one for each parallel copy of the vector',
  'mixing weights': 'the weights with which the copies are mixed',
  'mixing steps': 'mixing the copies into the layer, its result into the copies, and the copies among each other',
  'laurel rank': 'the short vector of the side path',
  labels: 'one for each class',
  'embedding pair': 'two vectors, one after the other',
  'target embedding': 'the width of the main model that the draft model works for',
  'target features': 'hidden states of several layers of the main model, one after another',
  'draft vocabulary': 'one for each token of the smaller vocabulary of the draft model',
  'tap weights': 'the taps of two filters, one after another, for each group of channels',
  sides: 'one filter before the part and one after it',
  clusters: 'one for each cluster of tokens',
  'embedding and Markov vector': 'the hidden state and the vector of the previous token',
  queries: 'one for each learned query',
  frequencies: 'one for each frequency',
  'mel bands': 'one for each band of the mel scale',
  samples: 'one for each sample of the window',
  code: 'one for each code of a codebook',
  codebooks: 'one for each codebook',
  latent: 'the width of the compact representation',
  'CTC vocabulary': 'one for each letter or piece that the speech encoder itself can recognize',
  condition: 'the width of the vector that says what to generate',
  'shift, scale and gate': 'what the modulation changes in a layer, one after another',
  'patch values': 'the values of one patch',
  'feature width': 'the width of the encoder that feeds the projector',
  'merged patches': 'the vectors of neighboring patches, one after another',
  'projector hidden': 'the hidden width of the projector',
  'text embedding': 'the width of the text model',
} as const;

export type AxisName = keyof typeof AXES;

export interface Role {
  group: RoleGroup;
  title: string;
  /** One sentence that a newcomer understands and an engineer accepts. */
  does: string;
  /** With x for the input and y for the output, unless there are better names. */
  formula: string;
  kind: TensorKind;
  operation: Operation;
  /** In stored order, `ne[0]` first; a matrix has its input first. A tensor may have fewer axes than are listed here. */
  axes: readonly AxisName[];
}
