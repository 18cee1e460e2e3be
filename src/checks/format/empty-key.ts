import type { Check } from '../check.js';

/** A value that nothing can ask for. */
export const emptyKey: Check = {
  code: 'empty-key',
  judge({ file }) {
    return file.metadata
      .map((entry, index) => ({ entry, index }))
      .filter(({ entry }) => entry.key === '')
      .map(({ entry, index }) => ({ code: 'empty-key', place: { offset: entry.offset }, facts: { index } }));
  },
};
