/** The sizes of other file types against llama.cpp's quantizer itself: 38 models in 26 file types, to the byte. */

import { describe, expect, it } from 'vitest';
import { FILE_TYPES } from '../../src/formats/file-types.js';
import { readGguf } from '../../src/index.js';
import { sizeAs } from '../../src/memory/file-type-sizes.js';
import { targetTypes } from '../../src/memory/quantizer/target-types.js';
import { interpret } from '../../src/model/model.js';
import { goldenOf, headerOf, readmeText } from '../support/reference.js';

interface Written {
  tensor_bytes: number;
  types: Record<string, number>;
  fallbacks: number;
  tensors?: Record<string, string>;
}

const { models: MODELS } = goldenOf<{ models: Record<string, Record<string, Written | null>> }>('sizes.json');

const upper = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([type, count]) => [type.toUpperCase(), count]));

describe('sizes of other file types', () => {
  it('are as many as the README says', () => {
    const models = Object.values(MODELS);
    const count = models.flatMap((sizes) => Object.keys(sizes)).length;
    expect(readmeText()).toContain(`${count} of ${count} sizes (${models.length} models in 26 file types)`);
  });

  it.each(Object.keys(MODELS))('of %s', async (name) => {
    const model = interpret(await readGguf(headerOf(name)));
    for (const [fileType, written] of Object.entries(MODELS[name]!)) {
      const size = sizeAs(model, fileType);
      if (written === null) {
        expect(size.tensorBytes, fileType).toBeNull();
        continue;
      }
      const { tensorBytes, typeCounts, fallbacks } = size;
      expect({ tensorBytes, typeCounts, fallbacks }, fileType).toEqual({
        tensorBytes: written.tensor_bytes,
        typeCounts: upper(written.types),
        fallbacks: written.fallbacks,
      });
      if (written.tensors) {
        const row = FILE_TYPES.find((one) => one.name === fileType)!;
        const types = targetTypes(model, row, false)!.map(({ tensor, type }) => [tensor.name, type]);
        expect(Object.fromEntries(types), fileType).toEqual(
          Object.fromEntries(Object.entries(written.tensors).map(([tensor, type]) => [tensor, type.toUpperCase()])),
        );
      }
    }
  });
});
