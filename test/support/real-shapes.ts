/** Headers of models of real size, without their data and their vocabularies: their memory needs follow from the shapes. */

import { FILE_TYPES } from '../../src/formats/file-types.js';
import type { GgufFile } from '../../src/gguf/decode.js';
import { sizeAs } from '../../src/memory/file-type-sizes.js';
import { interpret } from '../../src/model/model.js';
import { readHeader } from '../../src/open/read-header.js';
import { type Entry, f32, type TensorItem, tensor, text, u32, writeGguf } from './gguf-writer.js';

type Shape = readonly [name: string, dimensions: readonly number[], type: string];

function header(metadata: Entry[], shapes: readonly Shape[]): Buffer {
  const tensors = shapes.map(([name, dimensions, type]) => ({
    ...tensor(name, [...dimensions], type as TensorItem['type'] & string),
    data: 'absent' as const,
  }));
  return writeGguf({ metadata, tensors: tensors as TensorItem[] });
}

const numbers = (architecture: string, values: Record<string, number>): Entry[] =>
  Object.entries(values).map(([key, value]) => u32(`${architecture}.${key}`, value));

/** The shapes of Llama 3.1 8B, in a file type of llama.cpp's quantizer. */
export function llama8B(fileType: string): Buffer {
  const shapes: [string, number[]][] = [
    ['token_embd.weight', [4096, 128_256]],
    ['output_norm.weight', [4096]],
    ['output.weight', [4096, 128_256]],
  ];
  for (let i = 0; i < 32; i++) {
    const own: [string, number[]][] = [
      ['attn_norm', [4096]],
      ['attn_q', [4096, 4096]],
      ['attn_k', [4096, 1024]],
      ['attn_v', [4096, 1024]],
      ['attn_output', [4096, 4096]],
      ['ffn_norm', [4096]],
      ['ffn_gate', [4096, 14_336]],
      ['ffn_up', [4096, 14_336]],
      ['ffn_down', [14_336, 4096]],
    ];
    for (const [name, dimensions] of own) shapes.push([`blk.${i}.${name}.weight`, dimensions]);
  }
  const metadata = (id: number): Entry[] => [
    text('general.architecture', 'llama'),
    text('general.type', 'model'),
    text('general.name', 'Llama 3.1 8B'),
    u32('general.file_type', id),
    ...numbers('llama', {
      ...{ block_count: 32, context_length: 131_072, embedding_length: 4096, feed_forward_length: 14_336 },
      ...{ 'attention.head_count': 32, 'attention.head_count_kv': 8, vocab_size: 128_256 },
    }),
    f32('llama.attention.layer_norm_rms_epsilon', 1e-5),
  ];
  const plain = shapes.map(([name, dimensions]): Shape => [name, dimensions, dimensions.length > 1 ? 'F16' : 'F32']);
  const model = interpret(fileOf(header(metadata(1), plain)));
  const types = new Map(sizeAs(model, fileType, { imatrix: true }).tensors.map((one) => [one.tensor.name, one.type]));
  const id = FILE_TYPES.find(({ name }) => name === fileType)?.id ?? 1;
  return header(
    metadata(id),
    plain.map(([name, dimensions, type]): Shape => [name, dimensions, types.get(name) ?? type]),
  );
}

/** The shapes of gpt-oss-120b as it is published: experts in MXFP4, the rest in Q8_0. */
export function gptOss120B(): Buffer {
  const [embedding, experts] = [2880, 128];
  const shapes: Shape[] = [
    ['token_embd.weight', [embedding, 201_088], 'Q8_0'],
    ['output.weight', [embedding, 201_088], 'Q8_0'],
    ['output_norm.weight', [embedding], 'F32'],
  ];
  for (let i = 0; i < 36; i++) {
    const own: Shape[] = [
      ['attn_norm.weight', [embedding], 'F32'],
      ['post_attention_norm.weight', [embedding], 'F32'],
      ['attn_q.weight', [embedding, 4096], 'Q8_0'],
      ['attn_k.weight', [embedding, 512], 'Q8_0'],
      ['attn_v.weight', [embedding, 512], 'Q8_0'],
      ['attn_output.weight', [4096, embedding], 'Q8_0'],
      ['attn_q.bias', [4096], 'F32'],
      ['attn_k.bias', [512], 'F32'],
      ['attn_v.bias', [512], 'F32'],
      ['attn_output.bias', [embedding], 'F32'],
      ['attn_sinks.weight', [64], 'F32'],
      ['ffn_gate_inp.weight', [embedding, experts], 'F32'],
      ['ffn_gate_inp.bias', [experts], 'F32'],
    ];
    for (const part of ['gate', 'up', 'down']) {
      own.push([`ffn_${part}_exps.weight`, [embedding, embedding, experts], 'MXFP4']);
      own.push([`ffn_${part}_exps.bias`, [embedding, experts], 'F32']);
    }
    for (const [name, dimensions, type] of own) shapes.push([`blk.${i}.${name}`, dimensions, type]);
  }
  const metadata: Entry[] = [
    text('general.architecture', 'gpt-oss'),
    text('general.type', 'model'),
    text('general.name', 'gpt-oss-120b'),
    u32('general.file_type', 38),
    ...numbers('gpt-oss', {
      ...{ block_count: 36, context_length: 131_072, embedding_length: embedding, feed_forward_length: embedding },
      ...{ 'attention.head_count': 64, 'attention.head_count_kv': 8, vocab_size: 201_088 },
      ...{ 'attention.key_length': 64, 'attention.value_length': 64, 'attention.sliding_window': 128 },
      ...{ expert_count: experts, expert_used_count: 4, expert_feed_forward_length: embedding },
    }),
    f32('gpt-oss.attention.layer_norm_rms_epsilon', 1e-5),
    f32('gpt-oss.rope.freq_base', 150_000),
  ];
  return header(metadata, shapes);
}

/** Size in bytes of the file that a header belongs to. */
export function wholeSize(bytes: Buffer): number {
  const file = fileOf(bytes);
  return file.tensors.reduce((end, tensor) => Math.max(end, tensor.fileOffset + (tensor.bytes ?? 0)), file.dataStart);
}

function fileOf(bytes: Buffer): GgufFile {
  return readHeader({ kind: 'memory', name: 'model', path: null, bytes }) as GgufFile;
}
