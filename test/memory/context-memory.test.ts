/** The rules for the memory of a context, each on the smallest model that shows it, computed by hand from llama.cpp's sources. */

import { describe, expect, it } from 'vitest';
import { facetOf, knownArchitectures } from '../../src/architectures/book.js';
import type { ContextOptions } from '../../src/memory/cells.js';
import { contextMemory } from '../../src/memory/context-memory.js';
import { modelOf, type Numbers } from './model-of.js';

/** Heads of 64: with two key-value heads, a row of keys or of values has 128 numbers. */
const BASE: Numbers = {
  block_count: 4,
  context_length: 4096,
  embedding_length: 256,
  'attention.head_count': 4,
  'attention.head_count_kv': 2,
};
const ROW = 2 * 64 * 2;

function parts(architecture: string, numbers: Numbers, options: ContextOptions = {}, tensors: string[] = []) {
  const memory = contextMemory(modelOf(architecture, { ...BASE, ...numbers }, tensors), options);
  return memory?.parts.map(({ kind, layers, bytes }) => [kind, layers.map((range) => range.join('-')).join(), bytes]);
}

describe('the facet of an architecture', () => {
  it('gives an answer for each, and never more than the plain formula plus everything that an architecture can add', () => {
    for (const architecture of knownArchitectures().filter((name) => facetOf(name, 'cache') !== null)) {
      const memory = contextMemory(modelOf(architecture, BASE));
      expect(memory, architecture).not.toBeNull();
      expect(memory?.bytes, architecture).toBe(memory?.parts.reduce((sum, part) => sum + part.bytes, 0));
      expect(memory?.bytes, architecture).toBeLessThanOrEqual(5 * 2 * ROW * 4096);
    }
  });
});

describe('cells', () => {
  const cells = (options: ContextOptions) => {
    const memory = contextMemory(modelOf('llama', BASE), options);
    return [memory?.parts[0]?.cells, memory?.parts[0]?.copies, memory?.room];
  };

  it.each([
    { options: {}, expected: [4096, 1, 4096] },
    { options: { contextLength: 0 }, expected: [4096, 1, 4096] },
    { options: { contextLength: 1 }, expected: [256, 1, 256] },
    { options: { contextLength: 5000 }, expected: [5120, 1, 5120] },
    { options: { parallel: 3 }, expected: [1536, 3, 4608] },
    { options: { parallel: 3, unified: true }, expected: [4096, 1, 4096] },
  ])('$options', ({ options, expected }) => {
    expect(cells(options)).toEqual(expected);
  });

  it('of a window hold the window of each sequence and one batch', () => {
    const window = (options: ContextOptions) =>
      contextMemory(modelOf('gemma2', { ...BASE, 'attention.sliding_window': 500 }), options)?.parts[0]?.cells;
    expect(window({})).toBe(1024);
    expect(window({ ubatch: 2048 })).toBe(2560);
    expect(window({ ubatch: 4096, batch: 1000 })).toBe(1536);
    expect(window({ contextLength: 600 })).toBe(768);
    expect(window({ contextLength: 16_384, parallel: 4, unified: true })).toBe(2560);
    expect(window({ contextLength: 16_384, parallel: 4 })).toBe(1024);
    expect(window({ swaFull: true })).toBe(4096);
  });
});

describe('layers', () => {
  const full = 2 * ROW * 4096;
  const windowed = 2 * ROW * 768;

  it('without key-value heads keep nothing', () => {
    expect(parts('deci', { 'attention.head_count_kv': [2, 0, 1, 2] })).toEqual([
      ['full-attention', '0-0,3-3', 2 * full],
      ['full-attention', '2-2', full / 2],
      ['none', '1-1', 0],
    ]);
  });

  it('have values as wide as the widest where flash attention is off', () => {
    const numbers = { 'attention.head_count_kv': [2, 0, 1, 2] };
    expect(parts('deci', numbers, { flashAttention: false })).toEqual([
      ['full-attention', '0-0,3-3', 2 * full],
      ['full-attention', '1-1', full / 2],
      ['full-attention', '2-2', (3 * full) / 4],
    ]);
    const memory = contextMemory(modelOf('deci', { ...BASE, ...numbers }), { flashAttention: false });
    expect(memory?.parts[2]?.formula).toBe('1 layer × 4,096 cells × (1 head × 64 × 2 + 128 × 2) bytes');
  });

  it.each([
    { name: 'the last of each four is full', architecture: 'cohere2', numbers: {}, sliding: '0-2' },
    { name: 'the first of each four is full', architecture: 'laguna', numbers: {}, sliding: '1-3' },
    { name: 'a period from the file', architecture: 'gemma3', numbers: { pattern: 2 }, sliding: '0-0,2-2' },
    { name: 'a list in place of a period', architecture: 'gemma2', numbers: { pattern: [0, 0, 0, 1] }, sliding: '3-3' },
    { name: 'a list of flags', architecture: 'mimo2', numbers: { pattern: [1, 1, 0, 1] }, sliding: '0-1,3-3' },
    { name: 'a period of 0: none is full', architecture: 'olmo2', numbers: { pattern: 0 }, sliding: '0-3' },
    { name: 'a period of 1: all are full', architecture: 'olmo2', numbers: { pattern: 1 }, sliding: '' },
  ])('slide: $name', ({ architecture, numbers, sliding }) => {
    const { pattern } = numbers as { pattern?: number | number[] };
    const found = parts(architecture, {
      'attention.sliding_window': 256,
      ...(pattern === undefined ? {} : { 'attention.sliding_window_pattern': pattern }),
    });
    expect(found?.find(([kind]) => kind === 'sliding-window')?.[1] ?? '').toBe(sliding);
  });

  it('for further tokens are outside the pattern', () => {
    const numbers = { 'attention.sliding_window': 256, nextn_predict_layers: 2, 'attention.sliding_window_pattern': 0 };
    expect(parts('cohere2', numbers)?.map(([kind, layers]) => [kind, layers])).toEqual([
      ['sliding-window', '0-1'],
      ['next-token', '2-3'],
    ]);
  });

  it('slide only where the architecture says so', () => {
    expect(parts('llama', { 'attention.sliding_window': 256 })).toEqual([['full-attention', '0-3', 4 * full]]);
    expect(parts('phi3', { 'attention.sliding_window': 256 })).toEqual([['full-attention', '0-3', 4 * full]]);
    expect(parts('gemma3', { 'attention.sliding_window': 0 })).toEqual([['full-attention', '0-3', 4 * full]]);
    expect(parts('llama4', { 'attention.sliding_window': 0 })).toEqual([['full-attention', '0-3', 4 * full]]);
    expect(parts('exaone4', { 'attention.sliding_window': 256 })).toEqual([['full-attention', '0-3', 4 * full]]);
    expect(parts('llama4', {}, { contextLength: 32_768 })).toEqual([
      ['sliding-window', '0-2', 3 * 2 * ROW * 8704],
      ['full-attention', '3-3', 2 * ROW * 32_768],
    ]);
  });

  it('that slide may have heads of another length', () => {
    const found = parts('gemma4', {
      'attention.sliding_window': 256,
      'attention.sliding_window_pattern': [1, 1, 1, 0],
      'attention.key_length': 512,
      'attention.value_length': 512,
      'attention.key_length_swa': 64,
      'attention.value_length_swa': 64,
      'attention.shared_kv_layers': 2,
    });
    expect(found).toEqual([
      ['sliding-window', '0-1', 2 * windowed],
      ['shared', '2-3', 0],
    ]);
  });

  it('after the twentieth of Gemma 3n read the caches of earlier layers', () => {
    const found = parts('gemma3n', { block_count: 30, 'attention.sliding_window': 256 });
    expect(found).toEqual([
      ['sliding-window', '0-3,5-8,10-13,15-18', 16 * windowed],
      ['full-attention', '4-4,9-9,14-14,19-19', 4 * full],
      ['shared', '20-29', 0],
    ]);
  });

  it('for further tokens are left out or included', () => {
    const numbers = { nextn_predict_layers: 1 };
    expect(parts('hy_v3', numbers)).toEqual([
      ['full-attention', '0-2', 3 * full],
      ['next-token', '3-3', 0],
    ]);
    expect(parts('glm4moe', numbers)).toEqual(parts('hy_v3', numbers));
    expect(parts('minimax-m3', numbers)).toContainEqual(['full-attention', '0-3', 4 * full]);
  });

  it('that run several times have a cache for each time', () => {
    expect(parts('nanbeige', { num_loops: 2 })).toEqual([['full-attention', '0-7', 8 * full]]);
  });

  it('include one more for the adapters of Granite Switch', () => {
    expect(parts('graniteswitch', {})).toEqual([
      ['full-attention', '0-3', 4 * full],
      ['full-attention', '4-4', full / 2],
    ]);
  });
});

describe('Qwen 4', () => {
  const QWEN4: Numbers = {
    'attention.indexer.key_length': 32,
    'ssm.conv_kernel': 4,
    'ssm.inner_size': 512,
    'ssm.state_size': 64,
    'ssm.group_count': 2,
    'hyper_connection.count': 4,
    'ple.layers': [1],
    'ple.conv_kernel': 3,
    'ple.ngram_size': 2,
  };
  const state = 4 * (3 * (512 + 2 * 2 * 64) + 64 * 512);
  const inputs = 4 * (3 - 1) * 2 * 4 * 256;

  it('keeps states, the keys of an indexer where it attends, and inputs of its n-grams', () => {
    expect(parts('qwen4exp', QWEN4)).toEqual([
      ['full-attention', '3-3', 2 * ROW * 4096],
      ['indexer', '3-3', 32 * 2 * 4096],
      ['recurrent-state', '0-2', 3 * state],
      ['recurrent-state', '1-1', inputs],
    ]);
  });

  it('keeps them once more for each earlier state', () => {
    expect(parts('qwen4exp', QWEN4, { stateSnapshots: 2 })?.slice(2)).toEqual([
      ['recurrent-state', '0-2', 3 * 3 * state],
      ['recurrent-state', '1-1', 3 * inputs],
    ]);
  });
});

describe('latent vectors, indexers, compression', () => {
  const LATENT = {
    'attention.head_count_kv': 1,
    'attention.key_length': 96,
    'attention.value_length': 64,
    'attention.key_length_mla': 48,
    'attention.value_length_mla': 32,
    'attention.indexer.key_length': 32,
  };
  const latent = 96 * 2 * 4096;
  const indexer = 32 * 2 * 4096;

  it('DeepSeek-V3.2 has an indexer in every layer of the trunk', () => {
    expect(parts('deepseek32', { ...LATENT, nextn_predict_layers: 1 })).toEqual([
      ['latent', '0-2', 3 * latent],
      ['next-token', '3-3', 0],
      ['indexer', '0-2', 3 * indexer],
    ]);
  });

  it('GLM-5 has one in every layer, GLM-5.2 in the listed layers or in every fourth', () => {
    const indexers = (numbers: Numbers) =>
      parts('glm-dsa', { ...LATENT, ...numbers }, { contextLength: 4096 })?.find(([kind]) => kind === 'indexer')?.[1];
    expect(indexers({})).toBe('0-3');
    expect(indexers({ 'attention.indexer.types': [1, 0, 0, 1] })).toBe('0-0,3-3');
    expect(indexers({ block_count: 8, context_length: 1_048_576 })).toBe('0-2,6-6');
  });

  it('HY 4 has one in the listed layers, where it selects any tokens', () => {
    const numbers = { ...LATENT, 'attention.indexer.types': [1, 0, 1, 0] };
    expect(parts('hy_v4', numbers)).toEqual([['latent', '0-3', 4 * latent]]);
    expect(parts('hy_v4', { ...numbers, 'attention.indexer.top_k': 8 })).toEqual([
      ['latent', '0-3', 4 * latent],
      ['indexer', '0-0,2-2', 2 * indexer],
    ]);
  });

  it('dots3.note has windows over latent vectors in addition', () => {
    const found = parts('dots3note', {
      ...LATENT,
      'attention.key_length_swa': 80,
      'attention.sliding_window': 256,
      'attention.sliding_window_pattern': [1, 0, 1, 0],
      'attention.indexer.types': [0, 1, 0, 1],
    });
    expect(found).toEqual([
      ['sliding-latent', '0-0,2-2', 2 * 80 * 2 * 768],
      ['latent', '1-1,3-3', 2 * latent],
      ['indexer', '1-1,3-3', 2 * indexer],
    ]);
  });

  it('MiniMax-M3 has room for values besides the keys of its indexer', () => {
    const found = parts('minimax-m3', { 'attention.indexer.key_length': 32, leading_dense_block_count: 1 });
    expect(found).toEqual([
      ['full-attention', '0-3', 4 * 2 * ROW * 4096],
      ['indexer', '1-3', 3 * (32 + 64) * 2 * 4096],
    ]);
  });

  it('DeepSeek-V4 keeps windows, compressed keys, and the tokens that are being compressed', () => {
    const numbers = {
      'attention.head_count_kv': 1,
      'attention.key_length': 64,
      'attention.sliding_window': 128,
      'attention.compress_ratios': [0, 4, 128, 4],
      'attention.indexer.key_length': 32,
      nextn_predict_layers: 1,
    };
    const caches = [
      ['sliding-latent', '0-3', 4 * 64 * 2 * 768],
      ['compressed', '1-1,3-3', 2 * 64 * 2 * 1024],
      ['compressed', '2-2', 64 * 2 * 256],
      ['indexer', '1-1,3-3', 2 * 32 * 2 * 1024],
    ];
    expect(parts('deepseek4', numbers)).toEqual([
      ...caches,
      ['compressor-state', '1-1,3-3', 2 * 2 * 8 * 128 * 4],
      ['compressor-state', '2-2', 2 * 128 * 64 * 4],
      ['compressor-state', '1-1,3-3', 2 * 2 * 8 * 64 * 4],
    ]);
    // Layers for further tokens are counted where they are stored; they compress nothing.
    expect(parts('deepseek4', numbers, {}, ['blk.3.nextn.eh_proj.weight'])).toEqual([
      ...caches,
      ['compressor-state', '1-1', 2 * 8 * 128 * 4],
      ['compressor-state', '2-2', 2 * 128 * 64 * 4],
      ['compressor-state', '1-1', 2 * 8 * 64 * 4],
    ]);
    // One copy for each sequence even in a unified cache.
    const bytes = (options: ContextOptions) =>
      contextMemory(modelOf('deepseek4', { ...BASE, ...numbers }), options)?.bytes;
    expect(bytes({ parallel: 2, unified: true })).toBe(2 * (bytes({}) as number));
  });
});

describe('recurrent states', () => {
  const full = 2 * ROW * 4096;

  it('RWKV keeps two token shifts and a state', () => {
    const state = 4 * (2 * 256 + 256 * 64) * 4;
    expect(parts('rwkv7', { 'wkv.head_size': 64 })).toEqual([['recurrent-state', '0-3', state]]);
    expect(parts('arwkv7', { 'wkv.head_size': 64, token_shift_count: 1 })).toEqual([
      ['recurrent-state', '0-3', state - 4 * 256 * 4],
    ]);
  });

  const SSM = { 'ssm.conv_kernel': 4, 'ssm.inner_size': 512, 'ssm.state_size': 16, 'ssm.group_count': 2 };
  const mamba2 = (3 * (512 + 2 * 2 * 16) + 512 * 16) * 4;
  const mamba = (3 * 512 + 512 * 16) * 4;

  it('Falcon-H1 keeps state and cache in every layer', () => {
    expect(parts('falcon-h1', SSM)).toEqual([
      ['full-attention', '0-3', 4 * full],
      ['recurrent-state', '0-3', 4 * mamba2],
    ]);
  });

  it('Jamba and Granite distinguish their layers by the key-value heads', () => {
    const numbers = { ...SSM, 'attention.head_count_kv': [0, 2, 0, 0] };
    for (const [architecture, state] of [
      ['jamba', mamba],
      ['granitehybrid', mamba2],
    ] as const) {
      expect(parts(architecture, numbers)).toEqual([
        ['full-attention', '1-1', full],
        ['recurrent-state', '0-0,2-3', 3 * state],
      ]);
    }
  });

  it('Nemotron-H has layers that are only a feed-forward network', () => {
    const numbers = { ...SSM, 'attention.head_count_kv': [0, 2, 0, 0], feed_forward_length: [0, 0, 512, 0] };
    expect(parts('nemotron_h', numbers)).toEqual([
      ['full-attention', '1-1', full],
      ['none', '2-2', 0],
      ['recurrent-state', '0-0,3-3', 2 * mamba2],
    ]);
  });

  it('Qwen3-Next attends in every fourth layer, Qwen3.5 in the layers that are not listed', () => {
    expect(parts('qwen3next', { ...SSM, block_count: 5, nextn_predict_layers: 1 })).toEqual([
      ['full-attention', '3-3', full],
      ['next-token', '4-4', 0],
      ['recurrent-state', '0-2', 3 * mamba2],
    ]);
    expect(parts('qwen35', { ...SSM, 'attention.recurrent_layers': [1, 0, 0, 1] })).toEqual([
      ['full-attention', '1-2', 2 * full],
      ['recurrent-state', '0-0,3-3', 2 * mamba2],
    ]);
    expect(parts('qwen35', { ...SSM, full_attention_interval: 2 }, { stateSnapshots: 1 })).toEqual([
      ['full-attention', '1-1,3-3', 2 * full],
      ['recurrent-state', '0-0,2-2', 2 * 2 * mamba2],
    ]);
  });

  it('Kimi Linear has states in addition to latent vectors', () => {
    const numbers = {
      'attention.head_count_kv': [0, 0, 0, 1],
      'attention.key_length': 96,
      'attention.value_length': 64,
      'attention.key_length_mla': 48,
      'attention.value_length_mla': 32,
      'kda.head_dim': 32,
      'ssm.conv_kernel': 4,
    };
    expect(parts('kimi-linear', numbers)).toEqual([
      ['latent', '3-3', 96 * 2 * 4096],
      ['recurrent-state', '0-2', 3 * (3 * 3 * 4 * 32 + 4 * 32 * 32) * 4],
    ]);
  });

  it('MiniMax-01 has a state of its heads in seven of eight layers', () => {
    expect(parts('minimax-01', { block_count: 8 })).toEqual([
      ['full-attention', '7-7', full],
      ['recurrent-state', '0-6', 7 * 4 * 64 * 64 * 4],
    ]);
  });

  it('LFM2 may have a window too', () => {
    const numbers = { 'attention.head_count_kv': [0, 2, 0, 2], 'shortconv.l_cache': 3 };
    expect(parts('lfm2', { ...numbers, 'attention.sliding_window': 256 })).toEqual([
      ['sliding-window', '1-1,3-3', 2 * 2 * ROW * 768],
      ['recurrent-state', '0-0,2-2', 2 * 2 * 256 * 4],
    ]);
  });
});

describe('models without a cache', () => {
  it.each(['bert', 'modern-bert', 'gemma-embedding', 'llada', 'dream'])(
    '%s sees all tokens at once',
    (architecture) => {
      expect(contextMemory(modelOf(architecture, BASE))).toMatchObject({ bytes: 0, confidence: 'exact', refusals: [] });
    },
  );

  it('an encoder of T5 has a cache in llama.cpp, though it reads nothing from it', () => {
    expect(parts('t5encoder', {})).toEqual([['full-attention', '0-3', 4 * 2 * ROW * 4096]]);
  });

  it('the assistant of Gemma 4 reads the cache of its model', () => {
    expect(parts('gemma4-assistant', {})).toEqual([['shared', '0-3', 0]]);
  });
});

describe('missing facts', () => {
  it('lead to the general formula, and the result says so', () => {
    const memory = contextMemory(
      modelOf('new-thing', { ...BASE, 'attention.sliding_window': 256, 'ssm.state_size': 16 }),
    );
    expect(memory).toMatchObject({ bytes: 4 * 2 * ROW * 4096, confidence: 'low' });
    expect(memory?.assumptions).toHaveLength(3);
  });

  it('lower the confidence where a key is missing', () => {
    const memory = contextMemory(modelOf('gpt-oss', BASE));
    expect(memory).toMatchObject({ bytes: 4 * 2 * ROW * 4096, confidence: 'low' });
    expect(memory?.assumptions[0]).toContain('gpt-oss.attention.sliding_window');
  });

  it.each([
    { name: 'no layers', numbers: { block_count: 0 } },
    { name: 'more layers than can be', numbers: { block_count: 513 } },
    { name: 'no context length', numbers: { context_length: 0 } },
    {
      name: 'numbers that cannot be added up',
      numbers: { 'attention.key_length': 0xffff_ffff, context_length: 0xffff_ffff },
    },
  ])('lead to no answer: $name', ({ numbers }) => {
    expect(contextMemory(modelOf('llama', { ...BASE, ...numbers }))).toBeNull();
  });
});

describe('options that llama.cpp refuses', () => {
  const refusals = (architecture: string, numbers: Numbers, options: ContextOptions) =>
    contextMemory(modelOf(architecture, { ...BASE, ...numbers }), options)?.refusals.length;
  const LATENT = { 'attention.key_length_mla': 48, 'attention.value_length_mla': 32 };

  it.each([
    { name: 'quantized values without flash attention', options: { kvTypeV: 'q8_0', flashAttention: false } },
    {
      name: 'blocks that a head does not fill',
      numbers: { 'attention.key_length': 80 },
      options: { kvTypeK: 'q8_0', kvTypeV: 'f16' },
    },
    {
      name: 'two formats in one latent vector',
      architecture: 'deepseek2',
      numbers: LATENT,
      options: { kvTypeK: 'q8_0', kvTypeV: 'f16' },
    },
    { name: 'more sequences than there can be', options: { parallel: 257 } },
    { name: 'quantized values in Grok', architecture: 'grok', options: { kvTypeK: 'q8_0' } },
  ] as { name: string; architecture?: string; numbers?: Numbers; options: ContextOptions }[])('$name', (row) => {
    expect(refusals(row.architecture ?? 'llama', row.numbers ?? {}, row.options)).toBe(1);
  });

  it('are not found in ordinary settings', () => {
    expect(refusals('llama', {}, { kvTypeK: 'q8_0', parallel: 4 })).toBe(0);
  });
});
