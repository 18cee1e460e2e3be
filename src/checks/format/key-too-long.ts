import { exactKey } from '../../gguf/exact-text.js';
import { MAX_KEY_BYTES } from '../../gguf/limits.js';
import type { Check } from '../check.js';

/** The specification has a limit for keys that the reference does not know of. */
export const keyTooLong: Check = {
  code: 'key-too-long',
  judge({ file }) {
    return file.metadata
      .map((entry) => ({ entry, bytes: exactKey(entry).length }))
      .filter(({ bytes }) => bytes > MAX_KEY_BYTES)
      .map(({ entry, bytes }) => ({
        code: 'key-too-long',
        place: { offset: entry.offset },
        facts: { bytes, most: MAX_KEY_BYTES },
      }));
  },
};
