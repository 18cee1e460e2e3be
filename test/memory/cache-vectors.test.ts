/** The caches of published models, computed by hand. Existing calculators get these wrong by −81 % to +682 %. */

import { describe, expect, it } from 'vitest';
import { type ContextMemory, contextMemory } from '../../src/memory/context-memory.js';
import { modelOf } from './model-of.js';

const GIB = 1024 ** 3;
const F16 = 2;
const F32 = 4;

function partsOf(memory: ContextMemory | null): [kind: string, layers: number, bytes: number][] {
  return (memory?.parts ?? []).map(({ kind, layerCount, bytes }) => [kind, layerCount, bytes]);
}

describe('published models', () => {
  const deepseek = { block_count: 61, context_length: 163_840, embedding_length: 7168, 'attention.head_count': 128 };

  it('DeepSeek-V3 keeps one latent vector for keys and values: 70,272 bytes a token', () => {
    const model = modelOf('deepseek2', {
      ...deepseek,
      'attention.head_count_kv': 1,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
    });
    const memory = contextMemory(model, { contextLength: 4096 });
    expect(memory?.bytes).toBe(4096 * 70_272);
    expect(memory?.parts).toMatchObject([
      { kind: 'latent', layers: [[0, 60]], formula: '61 layers × 1 head × 576 × 4,096 cells × 2 bytes', valueBytes: 0 },
    ]);
    expect(memory).toMatchObject({ confidence: 'exact', assumptions: [], refusals: [] });
  });

  it('the old layout of DeepSeek-V2 keeps keys and values of all its heads', () => {
    const model = modelOf('deepseek2', {
      ...deepseek,
      'attention.head_count_kv': 128,
      'attention.key_length': 192,
      'attention.value_length': 128,
    });
    const memory = contextMemory(model, { contextLength: 4096 });
    expect(memory?.bytes).toBe(4096 * 61 * 128 * (192 + 128) * F16);
    expect(memory?.parts[0]?.formula).toBe('61 layers × 128 heads × (192 + 128) × 4,096 cells × 2 bytes');
  });

  it('LFM2 1.2B has key-value heads on six of sixteen layers, 48 heads in total', () => {
    const model = modelOf('lfm2', {
      block_count: 16,
      context_length: 128_000,
      embedding_length: 2048,
      'attention.head_count': 32,
      'attention.head_count_kv': [0, 0, 8, 0, 0, 8, 0, 0, 8, 0, 8, 0, 8, 0, 8, 0],
      'shortconv.l_cache': 3,
    });
    expect(partsOf(contextMemory(model, { contextLength: 4096 }))).toEqual([
      ['full-attention', 6, 4096 * 2 * 48 * 64 * F16],
      ['recurrent-state', 10, 10 * 2 * 2048 * F32],
    ]);
  });

  it('Gemma 3 1B attends to the whole context in 4 of 26 layers', () => {
    const model = modelOf('gemma3', {
      block_count: 26,
      context_length: 32_768,
      embedding_length: 1152,
      'attention.head_count': 4,
      'attention.head_count_kv': 1,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'attention.sliding_window': 512,
    });
    const memory = contextMemory(model);
    expect(partsOf(memory)).toEqual([
      ['sliding-window', 22, 22 * 2 * 256 * 1024 * F16],
      ['full-attention', 4, 4 * 2 * 256 * 32_768 * F16],
    ]);
    expect(memory?.parts[1]?.layers).toEqual([
      [5, 5],
      [11, 11],
      [17, 17],
      [23, 23],
    ]);
    expect(memory?.parts[0]?.formula).toBe('2 × 22 layers × 1 head × 256 × 1,024 cells × 2 bytes');
  });

  it('gpt-oss 20B needs half of what full attention would', () => {
    const model = modelOf('gpt-oss', {
      block_count: 24,
      context_length: 131_072,
      embedding_length: 2880,
      'attention.head_count': 64,
      'attention.head_count_kv': 8,
      'attention.key_length': 64,
      'attention.value_length': 64,
      'attention.sliding_window': 128,
    });
    const gibibytes = (options = {}) => ((contextMemory(model, options)?.bytes ?? 0) / GIB).toFixed(2);
    expect(gibibytes()).toBe('3.02');
    expect(gibibytes({ ubatch: 2048 })).toBe('3.05');
    expect(gibibytes({ swaFull: true })).toBe('6.00');
  });

  it('Llama 3.1 8B: 512 MiB for 4,096 tokens, 17/32 of that in q8_0', () => {
    const model = modelOf('llama', {
      block_count: 32,
      context_length: 131_072,
      embedding_length: 4096,
      'attention.head_count': 32,
      'attention.head_count_kv': 8,
    });
    const memory = contextMemory(model, { contextLength: 4096 });
    expect(memory?.bytes).toBe(GIB / 2);
    expect(memory?.parts[0]?.formula).toBe('2 × 32 layers × 8 heads × 128 × 4,096 cells × 2 bytes');
    expect(memory?.parts[0]?.keys).toEqual([
      'llama.block_count',
      'llama.attention.head_count',
      'llama.attention.head_count_kv',
      'llama.embedding_length',
    ]);
    const quantized = contextMemory(model, { contextLength: 4096, kvTypeK: 'q8_0', kvTypeV: 'q4_0' });
    expect(quantized?.bytes).toBe((GIB / 4) * (34 / 64 + 18 / 64));
    expect(quantized?.parts[0]?.formula).toBe('32 layers × 8 heads × 4,096 cells × (128 × 34/32 + 128 × 18/32) bytes');
  });

  it('Mamba 2.8B needs the same for any context', () => {
    const model = modelOf('mamba', {
      block_count: 64,
      context_length: 1_048_576,
      embedding_length: 2560,
      'attention.head_count': 0,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 5120,
      'ssm.state_size': 16,
    });
    const bytes = 64 * (3 * 5120 + 5120 * 16) * F32;
    expect(contextMemory(model, { contextLength: 512 })?.bytes).toBe(bytes);
    expect(contextMemory(model, { contextLength: 65_536, parallel: 2 })?.bytes).toBe(2 * bytes);
    expect(contextMemory(model)?.parts[0]?.formula).toBe('64 layers × (3 × 5,120 + 5,120 × 16) × 4 bytes');
  });
});
