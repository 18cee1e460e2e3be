import type { Check } from '../check.js';

/** Names that the classifier has no role for: counted and shown, never guessed at. */
export const unknownTensorNames: Check = {
  code: 'unknown-tensor-names',
  judge({ tensors }) {
    const unknown = tensors.filter(({ classified }) => classified.role === 'unknown');
    const [first] = unknown;
    if (first === undefined) return [];
    const place = { offset: first.offset, tensor: first.name };
    return [
      {
        code: 'unknown-tensor-names',
        place,
        facts: { count: unknown.length, example: first.name || 'one that is empty' },
      },
    ];
  },
};
