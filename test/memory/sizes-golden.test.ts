/** The sizes of other file types against llama.cpp's quantizer itself: 38 models in 26 file types, to the byte. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILE_TYPES } from '../../src/gguf/file-types.js';
import { readGguf } from '../../src/index.js';
import { sizeAs } from '../../src/memory/file-type-sizes.js';
import { targetTypes } from '../../src/memory/quantizer/target-types.js';
import { interpret } from '../../src/model/model.js';
import { SHARED_FOLDER } from '../support/places.js';

interface Written {
  tensor_bytes: number;
  types: Record<string, number>;
  fallbacks: number;
  tensors?: Record<string, string>;
}

const GOLDEN = join(SHARED_FOLDER, 'golden', 'sizes.json');
const MODELS: Record<string, Record<string, Written | null>> = existsSync(GOLDEN)
  ? JSON.parse(readFileSync(GOLDEN, 'utf8')).models
  : {};

const pathOf = (name: string) =>
  name.startsWith('tiny-stories')
    ? join(SHARED_FOLDER, 'gguf', 'tiny-stories', `${name.replace('f16', 'F16')}.gguf`)
    : join(SHARED_FOLDER, 'gguf', 'architectures', `${name}.gguf`);

const upper = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).map(([type, count]) => [type.toUpperCase(), count]));

describe.skipIf(!existsSync(GOLDEN))('sizes of other file types (../shared/golden/sizes.json)', () => {
  it.each(Object.keys(MODELS))('of %s', async (name) => {
    const model = interpret(await readGguf(pathOf(name)));
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
