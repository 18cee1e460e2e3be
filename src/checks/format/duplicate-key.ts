import { exactKey } from '../../gguf/exact-text.js';
import type { Check } from '../check.js';
import { entryPlace, shortened } from '../place.js';
import { repeated } from '../repeated.js';

/** Keys are compared byte for byte, those that are no UTF-8 too. */
export const duplicateKey: Check = {
  code: 'duplicate-key',
  judge({ file }) {
    return repeated(file.metadata, exactKey).map((entry) => ({
      code: 'duplicate-key',
      place: entryPlace(entry),
      facts: { key: shortened(entry.key) },
    }));
  },
};
