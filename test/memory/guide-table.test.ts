/**
 * The guide's own table: a model of 7 billion parameters in its formats. The sizes beside them are those of the published Llama 2 7B (GB of
 * 1,000³ bytes), with the guide's precision and one digit more.
 */

import { describe, expect, it } from 'vitest';
import { sizeAs } from '../../src/memory/file-type-sizes.js';
import type { Model, ModelTensor } from '../../src/model/model.js';
import { modelOf } from './model-of.js';

const LAYERS = 32;
const NUMBERS = {
  block_count: LAYERS,
  context_length: 4096,
  embedding_length: 4096,
  feed_forward_length: 11_008,
  'attention.head_count': 32,
  'attention.head_count_kv': 32,
};

/** The shapes of Llama 2 7B, in ggml's order. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'token_embd.weight': [4096, 32_000],
  'output.weight': [4096, 32_000],
  'output_norm.weight': [4096],
  ...Object.fromEntries(
    Array.from({ length: LAYERS }, (_, i) => `blk.${i}`).flatMap((block) => [
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => [`${block}.${name}.weight`, [4096, 4096]]),
      ...['ffn_gate', 'ffn_up'].map((name) => [`${block}.${name}.weight`, [4096, 11_008]]),
      [`${block}.ffn_down.weight`, [11_008, 4096]],
      ...['attn_norm', 'ffn_norm'].map((name) => [`${block}.${name}.weight`, [4096]]),
    ]),
  ),
};

function llama7b(): Model {
  const model = modelOf('llama', NUMBERS, Object.keys(SHAPES));
  const tensors = model.tensors.map((tensor): ModelTensor => {
    const dimensions = SHAPES[tensor.name] as readonly number[];
    const elements = dimensions.reduce((product, size) => product * size, 1);
    return { ...tensor, dimensions, elements, bytes: elements * 4 };
  });
  return { ...model, tensors };
}

describe('a model of 7 billion parameters', () => {
  const model = llama7b();

  it.each([
    { fileType: 'F32', gigabytes: 27.0 },
    { fileType: 'F16', gigabytes: 13.5 },
    { fileType: 'Q8_0', gigabytes: 7.16 },
    { fileType: 'Q6_K', gigabytes: 5.53 },
    { fileType: 'Q5_K_M', gigabytes: 4.78 },
    { fileType: 'Q4_K_M', gigabytes: 4.08 },
    { fileType: 'Q3_K_M', gigabytes: 3.3 },
  ])('takes $gigabytes GB as $fileType', ({ fileType, gigabytes }) => {
    const { tensorBytes } = sizeAs(model, fileType);
    expect((tensorBytes as number) / 1e9).toBeCloseTo(gigabytes, gigabytes > 20 ? 0 : 1);
  });

  it('has the guide’s order of formats', () => {
    const sizes = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'].map(
      (fileType) => sizeAs(model, fileType).tensorBytes as number,
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });
});
