/**
 * Small models with numbers like those of trained ones, in any format: matrices spread evenly about 0, norms close to 1. A test changes a
 * tensor and checks whether the change is noticed.
 */

import { UNIT_BYTES } from '../../src/formats/block-format.js';
import { blockFormat } from '../../src/formats/block-formats.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import type { TensorType } from '../../src/formats/types/tensor-type.js';
import { type Description, f32, type TensorItem, tensor, text, u32 } from './gguf-writer.js';

export interface ModelForm {
  /** Type of the matrices. Default: F16. */
  type?: string;
  /** Number of layers. Default: 2. */
  layers?: number;
  /** Number of experts in the feed-forward layers; left out for dense ones. */
  experts?: number;
  biases?: boolean;
}

type Item = TensorItem & { data: Buffer };

const WIDTH = 256;
const VOCABULARY = 64;

/** A llama of this form; `change` receives each tensor and returns its replacement. */
export function soundModel(
  { type = 'F16', layers = 2, experts, biases = false }: ModelForm,
  change: (item: Item) => TensorItem = (item) => item,
): Description {
  let seed = 1;
  const item = (name: string, dimensions: number[], itsType: string): Item => ({
    ...tensor(name, dimensions, itsType),
    data: drawn(itsType, dimensions, seed++, /norm/.test(name)),
  });
  const matrix = (name: string, ...dimensions: number[]) => item(`${name}.weight`, dimensions, type);
  const vector = (name: string) => item(name, [WIDTH], 'F32');
  const feedForward = (layer: string) =>
    experts === undefined
      ? ['gate', 'up', 'down'].map((name) => matrix(`${layer}.ffn_${name}`, WIDTH, WIDTH))
      : [
          item(`${layer}.ffn_gate_inp.weight`, [WIDTH, experts], 'F32'),
          ...['gate', 'up', 'down'].map((name) => matrix(`${layer}.ffn_${name}_exps`, WIDTH, WIDTH, experts)),
        ];
  const tensors = [
    matrix('token_embd', WIDTH, VOCABULARY),
    ...Array.from({ length: layers }, (_, no) => `blk.${no}`).flatMap((layer) => [
      vector(`${layer}.attn_norm.weight`),
      ...['q', 'k', 'v', 'output'].map((name) => matrix(`${layer}.attn_${name}`, WIDTH, WIDTH)),
      ...(biases ? ['q', 'k', 'v'].map((name) => vector(`${layer}.attn_${name}.bias`)) : []),
      vector(`${layer}.ffn_norm.weight`),
      ...feedForward(layer),
    ]),
    vector('output_norm.weight'),
    matrix('output', WIDTH, VOCABULARY),
  ];
  const numbers = {
    ...{ block_count: layers, context_length: 128, embedding_length: WIDTH, feed_forward_length: WIDTH },
    ...{ 'attention.head_count': 4, 'attention.head_count_kv': 4, 'rope.dimension_count': WIDTH / 4 },
    ...{ vocab_size: VOCABULARY, ...(experts !== undefined && { expert_count: experts, expert_used_count: 1 }) },
  };
  return {
    metadata: [
      text('general.architecture', 'llama'),
      text('general.name', 'Sound'),
      text('general.license', 'mit'),
      u32('general.quantization_version', 2),
      ...Object.entries(numbers).map(([key, value]) => u32(`llama.${key}`, value)),
      f32('llama.attention.layer_norm_rms_epsilon', 1e-5),
      text('tokenizer.ggml.model', 'no_vocab'),
    ],
    tensors: tensors.map(change),
  };
}

/** Whole numbers from 0 to 2^32, the same in every run. */
function drawing(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** The data that were drawn so far of the type that was asked for last: most tests change one tensor of the same model. */
const known = { typeName: '', data: new Map<string, Buffer>() };

/** Not to be written into: a change works on a copy. */
function drawn(typeName: string, dimensions: readonly number[], seed: number, isNorm: boolean): Buffer {
  if (typeName !== 'F32' && typeName !== known.typeName) Object.assign(known, { typeName, data: new Map() });
  const key = `${typeName} ${dimensions} ${seed} ${isNorm}`;
  const data = known.data.get(key) ?? soundData(typeName, dimensions, seed, isNorm);
  known.data.set(key, data);
  return data;
}

function soundData(typeName: string, dimensions: readonly number[], seed: number, isNorm: boolean): Buffer {
  const type = tensorTypeByName(typeName) as TensorType;
  const count = dimensions.reduce((product, size) => product * size, 1);
  const draw = drawing(seed);
  const { blockBytes, blockElements } = type;
  const data = Buffer.alloc((count / blockElements) * blockBytes);
  if (type.family === 'float') {
    for (let i = 0; i < count; i++) {
      const spread = draw() / 2 ** 31 - 1;
      writeFloat(data, i * blockBytes, isNorm ? 1 + spread / 10 : spread / 20, typeName);
    }
    return data;
  }
  for (let i = 0; i < data.length; i++) data[i] = draw() >>> 24;
  const fields = blockFormat(type)?.fields ?? [];
  for (let block = 0; block < data.length; block += blockBytes) {
    let at = block;
    for (const { role, unit, count: items } of fields) {
      // Scales between 0.001 and 0.002, or 2^-9 where they are powers of two.
      if (role !== undefined && unit === 'half') data.writeUInt16LE(0x1419 + (draw() % 1000), at);
      if (role !== undefined && unit === 'e8m0') data[at] = 118;
      at += items * UNIT_BYTES[unit];
    }
  }
  return data;
}

function writeFloat(data: Buffer, at: number, value: number, type: string): void {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] as number;
  if (type === 'F32') data.writeUInt32LE(bits, at);
  else if (type === 'BF16') data.writeUInt16LE(bits >>> 16, at);
  else
    data.writeUInt16LE(
      ((bits >>> 16) & 0x8000) | ((Math.max(1, ((bits >>> 23) & 255) - 112) << 10) | ((bits >>> 13) & 1023)),
      at,
    );
}
