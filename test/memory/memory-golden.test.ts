/** The memory of a context against what llama.cpp allocated: every reference model in every setting, to the byte. */

import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/index.js';
import type { ContextOptions } from '../../src/memory/cells.js';
import { contextMemory } from '../../src/memory/context-memory.js';
import { interpret } from '../../src/model/model.js';
import { goldenOf, headerOf, pagesText } from '../support/reference.js';
import { SETTINGS, settingsOf } from './settings.js';

interface Golden {
  configs: Record<string, string>;
  models: Record<string, Record<string, { context_bytes: number }>>;
}

describe('the memory of a context', () => {
  const golden = goldenOf<Golden>('memory.json');

  it('is compared in the number of cases that the pages state', () => {
    const models = Object.values(golden.models);
    const count = models.flatMap((settings) => Object.keys(settings)).length;
    expect(pagesText()).toContain(`${count} of ${count} measurements (${models.length} models in eight settings)`);
  });

  it.each(['gemma2-dense', 'deepseek2-moe', 'mamba2-dense'])('of %s is in the table of the pages', async (name) => {
    const model = interpret(await readGguf(headerOf(name)));
    const memory = contextMemory(model, { contextLength: 32_768 });
    const formulas = memory?.parts.map(({ formula }) => formula).join('; ');
    const architecture = name.split('-')[0];
    const row = `${architecture}, 2 layers | ${memory?.bytes.toLocaleString('en')} bytes | ${formulas} |`;
    expect(pagesText()).toContain(row);
  });

  it('has every setting of the reference', () => {
    expect(Object.keys(SETTINGS)).toEqual(Object.keys(golden.configs));
  });

  it.each(Object.entries(golden.models))('is what llama.cpp allocates for %s', async (name, settings) => {
    const model = interpret(await readGguf(headerOf(name)));
    const ours = Object.keys(settings).map((setting) => {
      const memory = contextMemory(model, SETTINGS[setting] as ContextOptions);
      return [setting, { bytes: memory?.bytes, confidence: memory?.confidence, refusals: memory?.refusals }];
    });
    const theirs = Object.entries(settings).map(([setting, { context_bytes: bytes }]) => [
      setting,
      { bytes, confidence: 'exact', refusals: [] },
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });
});

describe('the memory of a context of v0.5.0', () => {
  const golden = goldenOf<Golden>('memory-v0.5.json');

  it.each(Object.entries(golden.models))('is what llama.cpp allocates for %s', async (name, settings) => {
    const model = interpret(await readGguf(headerOf(name, 'headers/v0.5')));
    const ours = Object.keys(settings).map((setting) => {
      const memory = contextMemory(model, settingsOf(golden.configs[setting] as string));
      return [setting, { bytes: memory?.bytes, confidence: memory?.confidence, refusals: memory?.refusals }];
    });
    const theirs = Object.entries(settings).map(([setting, { context_bytes: bytes }]) => [
      setting,
      { bytes, confidence: 'exact', refusals: [] },
    ]);
    expect(ours.length).toBeGreaterThan(15);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });
});
