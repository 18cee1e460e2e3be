/** The words of the flow diagram: the title of each kind of box and what happens in it, for a reader who sees it for the first time. */

/** The kinds of boxes. Their order here has no meaning; the flow determines where a box is. */
export const FLOW_BOXES = {
  input: { title: 'Input', does: '' },
  embedding: { title: 'Token embedding', does: 'looks up one row of the table for each token' },
  'token-types': { title: 'Token types', does: 'adds a vector for the segment that a token is in' },
  position: { title: 'Positions', does: 'gives each vector its position in the text, image or audio' },
  patches: { title: 'Patches', does: 'cuts the image into patches and turns each into a vector' },
  sound: { title: 'Audio', does: 'turns pieces of audio, or codes for them, into vectors' },
  condition: { title: 'Condition', does: 'turns the request into vectors that steer the layers' },
  'embedding-norm': { title: 'Input norm', does: 'scales the vectors before the first layer' },
  'per-layer-embedding': { title: 'Per-layer embeddings', does: 'gives each layer a small extra vector for the token' },
  rotation: { title: 'Rotary positions', does: 'sets the angles by which the layers rotate queries and keys' },
  'streams-in': { title: 'Parallel copies', does: 'makes parallel copies of the vector' },
  merge: { title: 'Merging', does: 'merges a hidden state with the embedding of the token just chosen' },
  norm: { title: 'Norm', does: 'scales the vector to a steady size' },
  modulation: { title: 'Modulation', does: 'lets the condition change what the layer does' },
  streams: { title: 'Parallel copies', does: 'mixes the copies of the vector into the layer and back' },
  attention: { title: 'Attention', does: 'lets each token take information from the vectors of other tokens' },
  'cross-attention': { title: 'Cross-attention', does: 'lets each token take information from the encoded input' },
  'linear-attention': {
    title: 'Linear attention',
    does: 'writes each token into a memory of fixed size and reads from it',
  },
  'state-space': { title: 'State space (Mamba)', does: 'carries a state of fixed size from token to token' },
  'time-mixing': { title: 'Time mixing (RWKV)', does: 'mixes the token with a state that sums up the earlier tokens' },
  'channel-mixing': {
    title: 'Channel mixing (RWKV)',
    does: 'works on each vector separately, mixed with the token before',
  },
  'short-convolution': { title: 'Short convolution', does: 'mixes the vector with those of the few tokens before' },
  convolution: { title: 'Convolution', does: 'slides filters over the vectors' },
  'feed-forward': { title: 'Feed-forward', does: 'works on each vector separately' },
  experts: { title: 'Experts', does: 'a router selects a few of many feed-forward networks for each token' },
  'shared-experts': { title: 'Shared expert', does: 'a feed-forward network that every token goes through' },
  'side-path': { title: 'Side path', does: 'a short path of two small matrices in parallel to attention' },
  'per-layer': { title: 'Per-layer input', does: "adds the layer's own small vector for the token" },
  'layer-end': { title: 'End of the layer', does: 'scales the output of the layer' },
  projector: { title: 'Projector', does: 'turns vectors into ones that the text model reads like embeddings' },
  'streams-out': { title: 'Back to one vector', does: 'joins the parallel copies' },
  'output-norm': { title: 'Output norm', does: 'scales the vector before it is scored' },
  output: { title: 'Output', does: 'scores every token of the vocabulary' },
  'media-output': { title: 'Output', does: 'turns the vectors into the output of the model' },
  pooling: {
    title: 'Pooling and classes',
    does: 'turns the vectors of a text into one result, in models that do not predict the next token',
  },
  drafting: { title: 'Drafting', does: 'helps to predict several tokens at once' },
  measured: { title: 'Measured', does: 'numbers about a model, not a part of it' },
  other: { title: 'Other parts', does: '' },
  'not-known': { title: 'Not known', does: 'the names do not match any pattern that this program knows' },
  result: { title: 'Result', does: '' },
} as const;

export type FlowBoxKind = keyof typeof FLOW_BOXES;

/** By the part of the model: the title of its diagram, its input and its result. */
export const FLOW_PARTS: Readonly<Record<string, { title: string; input: string; result: string }>> = {
  text: { title: 'How a token travels', input: 'token ids', result: 'one vector for each token' },
  encoder: {
    title: 'Encoder',
    input: 'token ids of the whole input',
    result: 'one vector for each token of the input',
  },
  decoder: {
    title: 'Decoder',
    input: 'token ids written so far, and the encoded input',
    result: 'one vector for each token',
  },
  vision: { title: 'Vision encoder', input: 'an image, as numbers', result: 'one vector for each patch' },
  audio: { title: 'Audio encoder', input: 'audio, as numbers', result: 'one vector for each piece of audio' },
  'audio-generator': { title: 'Audio generator', input: 'hidden states of the text model', result: 'audio codes' },
  vocoder: { title: 'Vocoder', input: 'codes or vectors', result: 'audio' },
  projector: {
    title: 'Projector',
    input: 'vectors of the encoder',
    result: 'vectors that the text model reads like embeddings',
  },
  diffusion: {
    title: 'Diffusion model',
    input: 'noise and the request',
    result: 'a little less noise, step after step',
  },
  autoencoder: { title: 'Autoencoder', input: 'an image or its compact form', result: 'the compact form or the image' },
  'next-token-prediction': {
    title: 'Prediction of further tokens',
    input: 'the hidden state, and the token just chosen',
    result: 'a prediction of the token after the next',
  },
  adapter: {
    title: 'Changes to a model',
    input: 'the input of each matrix that is changed',
    result: 'what is added to the output of the matrix',
  },
  measured: { title: 'Measured on a model', input: '', result: '' },
  'not-known': { title: 'Not known', input: '', result: '' },
};
