import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** The specification allows arrays of arrays; the reference has no room for them, not even for empty ones. */
export const nestedArray: Check = {
  code: 'nested-array',
  judge({ file }) {
    return file.metadata
      .filter(({ value }) => typeof value === 'object' && value.kind === 'array' && value.itemType === 'array')
      .map((entry) => ({ code: 'nested-array', place: entryPlace(entry), facts: {} }));
  },
};
