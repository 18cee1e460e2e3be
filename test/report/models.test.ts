/** Reports on models whose numbers are known from other sources: their papers, their configuration files, llama.cpp. */

import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { HEADERS, headerOf } from '../support/reference.js';
import { reportsOn, TINY } from './reports.js';

const fixture = async (name: string): Promise<ExplainReport> =>
  (await reportsOn(join(FIXTURES_FOLDER, 'valid', `${name}.gguf`))).explain;

const bytesOf = ({ computed }: ExplainReport, what: string) =>
  computed.find((part) => part.what === what)?.contexts.map(({ contextLength, bytes }) => [contextLength, bytes]);

describe('the bundled model', () => {
  it('is a llama of two layers with grouped-query attention', async () => {
    const { explain } = await reportsOn(TINY);
    expect(explain.model).toMatchObject({
      name: 'Tiny Stories 1.6M',
      architecture: 'llama',
      kind: 'model',
      license: 'mit',
      label: { name: 'Q4_K_M', guessed: false },
      mainType: { type: 'Q4_K' },
      tokenizer: { model: 'llama', tokens: 697 },
      tiedOutput: false,
    });
    expect(explain.model.hyperparameters).toMatchObject({
      blockCount: 2,
      contextLength: 128,
      embeddingLength: 256,
      feedForwardLength: 512,
      headCount: 8,
      headCountKv: 2,
      keyLength: 32,
      valueLength: 32,
      vocabulary: { size: 697, source: 'vocab_size key' },
    });
  });

  it('has the parameters of its shapes, and the bytes that llama.cpp wrote', async () => {
    const { explain } = await reportsOn(TINY);
    const layer = 256 * 256 * 2 + 256 * 64 * 2 + 256 * 512 * 3 + 2 * 256;
    expect(explain.totals.parameters).toBe(2 * 697 * 256 + 2 * layer + 256);
    const ends = explain.tensors.map(({ offset, bytes }) => offset + (bytes ?? 0));
    expect(Math.ceil(Math.max(...ends) / 32) * 32).toBe(explain.file.size);
    expect(explain.findings).toEqual([]);
  });

  it('has the flow of the guide', async () => {
    const { flow } = (await reportsOn(TINY)).explain;
    expect(flow).toEqual([
      { step: 'tokens', size: 697 },
      { step: 'embedding', size: 256 },
      { step: 'layers', repeat: 2, parts: ['attention', 'feed-forward'], size: 256 },
      { step: 'norm', size: 256 },
      { step: 'output', size: 697 },
      { step: 'result', size: 1 },
    ]);
  });

  it('turns vectors into vectors with named axes', async () => {
    const { tensors } = (await reportsOn(TINY)).explain;
    const shape = (name: string) => tensors.find((tensor) => tensor.name === name)?.shape;
    expect(shape('token_embd.weight')).toEqual({
      ggml: [256, 697],
      in: { axis: 'vocabulary', size: 697 },
      out: { axis: 'embedding', size: 256 },
    });
    expect(shape('blk.0.attn_k.weight')).toEqual({
      ggml: [256, 64],
      in: { axis: 'embedding', size: 256 },
      out: { axis: 'key heads', size: 64, heads: 2 },
    });
    expect(shape('blk.1.ffn_down.weight')).toEqual({
      ggml: [512, 256],
      in: { axis: 'feed-forward', size: 512 },
      out: { axis: 'embedding', size: 256 },
    });
    expect(shape('output_norm.weight')).toEqual({ ggml: [256] });
  });
});

describe('kinds of files', () => {
  it.each([
    { name: 'llama', kind: 'model' },
    { name: 'clip', kind: 'mmproj' },
    { name: 'lora-adapter', kind: 'adapter' },
    { name: 'vocabulary-only', kind: 'vocab' },
    { name: 'imatrix', kind: 'imatrix' },
    { name: 'image-model', kind: 'image-model' },
    { name: 'video-model', kind: 'video-model' },
    { name: 'text-encoder', kind: 'text-encoder' },
    { name: 'vae', kind: 'vae' },
    { name: 'whisper', kind: 'speech-recognizer' },
    { name: 'image-lora', kind: 'image-adapter' },
  ])('$name is a $kind', async ({ name, kind }) => {
    expect((await fixture(name)).model.kind).toBe(kind);
  });

  it.each(['clip', 'lora-adapter', 'vocabulary-only', 'imatrix', 'image-model'])(
    '%s has no flow of tokens, and needs no cache',
    async (name) => {
      const report = await fixture(name);
      expect(report.flow).toEqual([]);
      expect(bytesOf(report, 'kv-cache')).toBeUndefined();
    },
  );

  it('a state-space model keeps no cache of keys and values', async () => {
    const report = await fixture('mamba');
    expect(report.flow).toContainEqual({ step: 'layers', repeat: 2, parts: ['recurrent block'], size: 32 });
    expect(bytesOf(report, 'kv-cache')).toBeUndefined();
    expect(report.model.tiedOutput).toBe(true);
  });

  it('an encoder ends in vectors, not in a next token', async () => {
    const { flow, model } = await fixture('bert');
    expect(flow.at(-1)).toEqual({ step: 'result', size: 32 });
    expect(flow.some(({ step }) => step === 'output')).toBe(false);
    expect(model.tiedOutput).toBe(false);
  });

  it('a mixture of experts says how much of it processes one token', async () => {
    const { totals } = await fixture('mixtral');
    const routed = 2 * 3 * 4 * 32 * 32;
    expect(totals.experts).toEqual({
      expertCount: 4,
      expertUsedCount: 2,
      routedParameters: routed,
      denseParameters: totals.parameters - routed,
      activeParameters: totals.parameters - routed / 2,
    });
    expect((await fixture('llama')).totals.experts).toBeNull();
  });

  it('hyperparameters may differ from layer to layer', async () => {
    const { hyperparameters } = (await fixture('gemma4')).model;
    expect(hyperparameters.headCountKv).toEqual(expect.any(Array));
    expect(hyperparameters.feedForwardLength).toEqual(expect.any(Array));
  });
});

describe('models of real size', () => {
  const explained = async (name: string) => (await reportsOn(headerOf(name))).explain;

  it('Llama 3.1 8B', async () => {
    const report = await explained('sparse-8b');
    // 8,030,261,248 in the weights that Meta published, and 64 factors of the RoPE frequencies.
    expect(report.totals).toMatchObject({ tensors: 292, parameters: 8_030_261_248 + 64 });
    expect(report.model.hyperparameters).toMatchObject({
      blockCount: 32,
      contextLength: 131_072,
      embeddingLength: 4096,
      feedForwardLength: 14_336,
      headCount: 32,
      headCountKv: 8,
      keyLength: 128,
      vocabulary: { size: 128_256 },
    });
    const gibibyte = 1024 ** 3;
    expect(bytesOf(report, 'kv-cache')).toEqual([
      [4096, gibibyte / 2],
      [32_768, 4 * gibibyte],
      [131_072, 16 * gibibyte],
    ]);
    expect(report.findings.map(({ code }) => code)).toEqual(['data-absent']);
  });

  it('Mixtral 8x7B', async () => {
    const report = await explained('sparse-mixtral');
    // 46.7 billion parameters, of which a token uses 12.9 (Jiang et al. 2024, "Mixtral of Experts").
    expect(report.totals.parameters).toBe(46_702_792_704);
    expect(report.totals.experts).toMatchObject({
      expertCount: 8,
      expertUsedCount: 2,
      routedParameters: 32 * 3 * 8 * 4096 * 14_336,
      activeParameters: 12_879_925_248,
    });
  });
});

describe('each architecture', () => {
  it.each(HEADERS.map((path) => ({ name: basename(path, '.gguf'), path })))('$name', async ({ path }) => {
    const { explain } = await reportsOn(path);
    const { hyperparameters } = explain.model;
    expect(explain.tensors.filter(({ role }) => role === 'unknown')).toEqual([]);
    expect(hyperparameters).toMatchObject({
      architecture: expect.any(String),
      blockCount: expect.any(Number),
      contextLength: expect.any(Number),
      embeddingLength: expect.any(Number),
      vocabulary: { size: expect.any(Number) },
    });
    const layers = explain.flow.filter(({ step }) => step === 'layers' || step === 'encoder');
    expect(layers.reduce((sum, { repeat = 0 }) => sum + repeat, 0)).toBe(hyperparameters.blockCount);
    expect(layers.every(({ parts = [] }) => parts.length > 0)).toBe(true);
    expect(explain.flow.map(({ step }) => step)).toEqual(expect.arrayContaining(['tokens', 'embedding', 'result']));
    expect(explain.stored.length).toBeGreaterThan(4);
    expect(explain.formats).toHaveLength(8);
    // They are headers without their tensor data.
    expect(explain.findings.filter(({ level }) => level === 'error').map(({ code }) => code)).toEqual(['data-absent']);
  });
});
