/** The compute buffers against llama.cpp's own numbers: equal to the byte where the description of an architecture defines its graph. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { facetOf } from '../../src/architectures/book.js';
import { computeBuffers } from '../../src/memory/compute-buffers.js';
import { interpret, type Model } from '../../src/model/model.js';
import { tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { read } from '../support/reading.js';
import { pagesText } from '../support/reference.js';
import { COMPUTE, optionsOf, shapedModel } from './compute-models.js';

/** Models whose vectors are described in the book in more detail than the graph lays out as nodes. */
const NOT_LAID_OUT = ['qwen4exp-moe'];

/** Whether the book describes how a vector travels, and the graph lays out all of it. */
const isDescribed = (name: string, model: Model) =>
  facetOf(model.hyperparameters.architecture, 'forward') !== null && !NOT_LAID_OUT.includes(name);

/** Compares our bytes with llama.cpp's for each setting; they must be equal where the graph is described. */
function expectEqual(name: string, model: Model, settings: Record<string, number>): void {
  const described = isDescribed(name, model);
  const ours: Record<string, number | undefined> = {};
  for (const setting of Object.keys(settings)) {
    const buffers = computeBuffers(model, optionsOf(COMPUTE.settings[setting] as string));
    expect(buffers?.confidence, name).toBe(described ? 'exact' : 'low');
    ours[setting] = buffers?.bytes;
  }
  if (described) expect(ours, name).toEqual(settings);
}

describe('the compute buffers', () => {
  it('are compared in the number of cases that the pages state', () => {
    const models = Object.entries(COMPUTE.models).filter(([name]) => isDescribed(name, shapedModel(name)));
    const count = models.flatMap(([, settings]) => Object.keys(settings)).length;
    expect(pagesText()).toContain(`${count} of ${count} buffers (${models.length} models)`);
  });

  it.each(Object.entries(COMPUTE.models))(
    'are those that llama.cpp reserves for %s, in all settings',
    (name, settings) => {
      expectEqual(name, shapedModel(name), settings);
    },
  );
});

describe('the basis of the compute buffers', () => {
  const llama = () => shapedModel('llama-8b');

  it('says how the bytes were computed', () => {
    expect(computeBuffers(llama(), { contextLength: 4096 })).toMatchObject({
      formula: '998 operations on 512 tokens, allocated as in llama.cpp',
      step: 'output',
      confidence: 'exact',
    });
    expect(computeBuffers(llama(), { contextLength: 131_072, flashAttention: false })?.step).toBe('attention');
  });

  it('needs no memory for scores that nobody requested', () => {
    const all = computeBuffers(llama(), { contextLength: 4096 })?.bytes ?? 0;
    const few = computeBuffers(llama(), { contextLength: 4096, outputs: 4 })?.bytes ?? 0;
    expect(few).toBeLessThan(all / 2);
    expect(computeBuffers(llama(), { contextLength: 4096, outputs: 100_000 })?.bytes).toBe(all);
  });

  it('is an estimate where the file differs from the description', () => {
    const metadata = [
      text('general.architecture', 'llama'),
      ...Object.entries({ block_count: 1, context_length: 64, embedding_length: 32, 'attention.head_count': 4 }).map(
        ([key, value]) => u32(`llama.${key}`, value),
      ),
    ];
    const model = interpret(read(writeGguf({ metadata, tensors: [tensor('token_embd.weight', [32, 8])] })));
    expect(computeBuffers(model)).toMatchObject({ confidence: 'low' });
  });

  it('is an estimate where the key is missing that gives the layers their own vectors', () => {
    const bytes = readFileSync(join(FIXTURES_FOLDER, 'valid', 'gemma4.gguf'));
    expect(computeBuffers(interpret(read(bytes)))).toMatchObject({ confidence: 'exact' });
    const at = bytes.indexOf('gemma4.embedding_length_per_layer_input');
    expect(at).toBeGreaterThan(0);
    bytes.write('G', at);
    expect(computeBuffers(interpret(read(bytes)))).toMatchObject({ confidence: 'low' });
  });

  it('is an estimate where the architecture is unknown', () => {
    const metadata = [text('general.architecture', 'not-known'), u32('not-known.block_count', 1)];
    const model = interpret(
      read(
        writeGguf({
          metadata: [...metadata, u32('not-known.context_length', 64), u32('not-known.embedding_length', 32)],
          tensors: [],
        }),
      ),
    );
    expect(computeBuffers(model)).toMatchObject({ confidence: 'low' });
  });
});
