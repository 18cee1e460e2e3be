import { exactName } from '../../gguf/exact-text.js';
import { MAX_TENSOR_NAME_BYTES } from '../../gguf/limits.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';

/** ggml keeps names in 64 bytes, the last of which is a zero. */
export const tensorNameTooLong: Check = {
  code: 'tensor-name-too-long',
  judge({ file }) {
    return file.tensors
      .map((tensor) => ({ tensor, bytes: exactName(tensor).length }))
      .filter(({ bytes }) => bytes > MAX_TENSOR_NAME_BYTES)
      .map(({ tensor, bytes }) => ({
        code: 'tensor-name-too-long',
        place: tensorPlace(tensor),
        facts: { bytes, most: MAX_TENSOR_NAME_BYTES },
      }));
  },
};
