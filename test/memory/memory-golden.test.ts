/** The memory of a context against what llama.cpp allocated: every reference model in every setting, to the byte. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/index.js';
import type { ContextOptions } from '../../src/memory/cells.js';
import { contextMemory } from '../../src/memory/context-memory.js';
import { interpret } from '../../src/model/model.js';
import { SHARED_FOLDER } from '../support/places.js';
import { SETTINGS } from './settings.js';

const GOLDEN = join(SHARED_FOLDER, 'golden', 'memory.json');
const MODELS = join(SHARED_FOLDER, 'gguf', 'architectures');
const present = existsSync(GOLDEN) && existsSync(MODELS);

interface Golden {
  configs: Record<string, string>;
  models: Record<string, Record<string, { context_bytes: number }>>;
}

describe.skipIf(!present)('the memory of a context (skipped where the reference files are absent)', () => {
  const golden: Golden = present ? JSON.parse(readFileSync(GOLDEN, 'utf8')) : { configs: {}, models: {} };

  it('has every setting of the reference', () => {
    expect(Object.keys(SETTINGS)).toEqual(Object.keys(golden.configs));
  });

  it.each(Object.entries(golden.models))('is what llama.cpp allocates for %s', async (name, settings) => {
    const model = interpret(await readGguf(join(MODELS, `${name}.gguf`)));
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
