import { MAX_DIMENSIONS } from '../../gguf/limits.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';

/** A count that ggml has no room for, even where the last dimensions are 1. */
export const tooManyDimensions: Check = {
  code: 'too-many-dimensions',
  judge({ file }) {
    return file.tensors
      .filter(({ dimensions }) => dimensions.length > MAX_DIMENSIONS)
      .map((tensor) => ({
        code: 'too-many-dimensions',
        place: tensorPlace(tensor),
        facts: { dimensions: tensor.dimensions.length, most: MAX_DIMENSIONS },
      }));
  },
};
