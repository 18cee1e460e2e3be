/** Models of a few thousand numbers for plain decoders, with random weights that are the same on every run. */

import { type Description, type Entry, f32, type TensorItem, text, u32 } from '../support/gguf-writer.js';

/** The architectures that a model can have. */
export const TINY_ARCHITECTURES = [
  ...['llama', 'qwen2', 'qwen3', 'qwen3moe', 'gemma2', 'gemma3', 'phi3', 'stablelm', 'starcoder2', 'gpt2'],
] as const;

/** Numbers of the models; the defaults are those of SIZES. */
export interface Sizes {
  embedding: number;
  heads: number;
  keyHeads: number;
  headLength: number;
  feedForward: number;
  vocabulary: number;
  layers: number;
}

export const SIZES: Sizes = {
  embedding: 16,
  heads: 4,
  keyHeads: 2,
  headLength: 4,
  feedForward: 24,
  vocabulary: 40,
  layers: 2,
};

/** Numbers from −0.5 to 0.5 that depend only on the name. */
export function randomNumbers(name: string, count: number): Float32Array {
  let state = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** A tensor with these numbers, or with random ones. */
export function weights(name: string, dimensions: readonly number[], numbers?: Float32Array): TensorItem {
  const values =
    numbers ??
    randomNumbers(
      name,
      dimensions.reduce((product, one) => product * one, 1),
    );
  return { name, dimensions, type: 'F32', data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** The tensors of a layer with their dimensions: [length] or [in, out]. */
type Shapes = Readonly<Record<string, readonly number[]>>;

function shapesOf(architecture: string, { embedding, heads, keyHeads, headLength, feedForward }: Sizes): Shapes {
  const [q, k] = [heads * headLength, keyHeads * headLength];
  const layerNorm = ['stablelm', 'starcoder2', 'gpt2'].includes(architecture);
  const norm = (name: string): Shapes => ({
    [`${name}.weight`]: [embedding],
    ...(layerNorm ? { [`${name}.bias`]: [embedding] } : {}),
  });
  const biased = (name: string, input: number, output: number): Shapes => ({
    [`${name}.weight`]: [input, output],
    [`${name}.bias`]: [output],
  });
  const fused = architecture === 'gpt2' || architecture === 'phi3';
  return {
    ...norm('attn_norm'),
    ...norm('ffn_norm'),
    ...(fused
      ? biased('attn_qkv', embedding, q + 2 * k)
      : { ...biased('attn_q', embedding, q), ...biased('attn_k', embedding, k), ...biased('attn_v', embedding, k) }),
    'attn_output.weight': [q, embedding],
    ...(/^(qwen3|gemma3)/.test(architecture)
      ? { 'attn_q_norm.weight': [headLength], 'attn_k_norm.weight': [headLength] }
      : {}),
    ...(architecture === 'stablelm'
      ? { 'attn_q_norm.weight': [headLength, heads], 'attn_k_norm.weight': [headLength, keyHeads] }
      : {}),
    ...(architecture.startsWith('gemma')
      ? { 'post_attention_norm.weight': [embedding], 'post_ffw_norm.weight': [embedding] }
      : {}),
    ...(architecture === 'qwen3moe'
      ? {
          'ffn_gate_inp.weight': [embedding, EXPERTS],
          'ffn_gate_exps.weight': [embedding, feedForward, EXPERTS],
          'ffn_up_exps.weight': [embedding, feedForward, EXPERTS],
          'ffn_down_exps.weight': [feedForward, embedding, EXPERTS],
        }
      : {
          ...(['gpt2', 'starcoder2', 'phi3'].includes(architecture)
            ? {}
            : { 'ffn_gate.weight': [embedding, feedForward] }),
          'ffn_up.weight': [embedding, architecture === 'phi3' ? 2 * feedForward : feedForward],
          'ffn_down.weight': [feedForward, embedding],
        }),
  };
}

export const EXPERTS = 3;

/** The metadata of such a model. */
export function numbersOf(architecture: string, sizes: Sizes = SIZES): Entry[] {
  const entries: Readonly<Record<string, number>> = {
    block_count: sizes.layers,
    context_length: 64,
    embedding_length: sizes.embedding,
    feed_forward_length: sizes.feedForward,
    'attention.head_count': sizes.heads,
    'attention.head_count_kv': sizes.keyHeads,
    'attention.key_length': sizes.headLength,
    'attention.value_length': sizes.headLength,
    'rope.dimension_count': sizes.headLength,
    ...(architecture === 'qwen3moe'
      ? { expert_count: EXPERTS, expert_used_count: 2, expert_feed_forward_length: 24 }
      : {}),
    ...(architecture.startsWith('gemma') ? { 'attention.sliding_window': 3 } : {}),
  };
  return [
    text('general.architecture', architecture),
    ...Object.entries(entries).map(([key, value]) => u32(`${architecture}.${key}`, value)),
    f32(`${architecture}.attention.layer_norm_rms_epsilon`, 1e-5),
    f32(`${architecture}.attention.layer_norm_epsilon`, 1e-5),
  ];
}

/** A whole model; its output is tied to the embedding. */
export function tinyModel(
  architecture: string,
  sizes: Sizes = SIZES,
): Description & { tensors: TensorItem[]; metadata: Entry[] } {
  const { embedding, vocabulary, layers } = sizes;
  const shapes = Object.entries(shapesOf(architecture, sizes));
  const layerNorm = ['stablelm', 'starcoder2', 'gpt2'].includes(architecture);
  return {
    metadata: numbersOf(architecture, sizes),
    tensors: [
      weights('token_embd.weight', [embedding, vocabulary]),
      ...(architecture === 'gpt2' ? [weights('position_embd.weight', [embedding, 16])] : []),
      weights('output_norm.weight', [embedding]),
      ...(layerNorm ? [weights('output_norm.bias', [embedding])] : []),
      ...Array.from({ length: layers }, (_, layer) =>
        shapes.map(([name, dimensions]) => weights(`blk.${layer}.${name}`, dimensions)),
      ).flat(),
    ],
  };
}
