/** The sizes of other file types against llama.cpp's quantizer itself: 38 models in 26 file types, to the byte. */

import { describe, expect, it } from 'vitest';
import { FILE_TYPES } from '../../src/formats/file-types.js';
import { readGguf } from '../../src/index.js';
import { sizeAs } from '../../src/memory/file-type-sizes.js';
import { targetTypes } from '../../src/memory/quantizer/target-types.js';
import { interpret } from '../../src/model/model.js';
import { tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { goldenOf, headerOf, pagesText } from '../support/reference.js';

interface Written {
  tensor_bytes: number;
  types: Record<string, number>;
  fallbacks: number;
  tensors?: Record<string, string>;
}

const { models: MODELS } = goldenOf<{ models: Record<string, Record<string, Written | null>> }>('sizes.json');

/** The files that v0.5.0 writes where llama.cpp of August 2026 refused to: rows that are not whole blocks of 32. */
const { models: V0_5 } = goldenOf<{ models: Record<string, Record<string, Written | null>> }>('sizes-v0.5.json');

const upper = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([type, count]) => [type.toUpperCase(), count]));

describe('sizes of other file types', () => {
  it('have the number that the pages state', () => {
    const models = Object.values(MODELS);
    const count = models.flatMap((sizes) => Object.keys(sizes)).length;
    expect(pagesText()).toContain(`${count} of ${count} sizes (${models.length} models in 26 file types)`);
  });

  const cases = [
    ...Object.entries(MODELS).map(([name, files]) => ({ name, folder: 'headers', files })),
    ...Object.entries(V0_5).map(([name, files]) => ({ name, folder: 'headers/v0.5', files })),
  ];

  it.each(cases)('of $name in $folder', async ({ name, folder, files }) => {
    const model = interpret(await readGguf(headerOf(name, folder)));
    for (const [fileType, august] of Object.entries(files)) {
      const written = august ?? V0_5[name]?.[fileType] ?? null;
      if (written === null && !FILE_TYPES.find((one) => one.name === fileType)?.needsImatrix) continue;
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

describe('Granite Switch', () => {
  it('counts its own layers, not the one that keeps which adapter is active', () => {
    const names = Array.from({ length: 7 }, (_, layer) => `blk.${layer}.ffn_down.weight`);
    const metadata = [text('general.architecture', 'graniteswitch'), u32('graniteswitch.block_count', 7)];
    const tensors = names.map((name) => tensor(name, [256, 256]));
    const { tensors: types } = sizeAs(interpret(read(writeGguf({ metadata, tensors }))), 'Q4_K_M');
    // The last eighth, and every third layer before it.
    expect(types.map(({ type }) => type)).toEqual(['Q4_K', 'Q4_K', 'Q6_K', 'Q4_K', 'Q4_K', 'Q6_K', 'Q6_K']);
  });
});
