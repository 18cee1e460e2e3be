import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';

/** Beside being unexpected: readers that map the file into memory take numbers from addresses that must be aligned. */
export const offsetMisaligned: Check = {
  code: 'offset-misaligned',
  judge({ file }) {
    const misaligned = file.tensors.filter(({ dataOffset }) => dataOffset % file.alignment !== 0);
    const [first] = misaligned;
    if (first === undefined) return [];
    const facts = { found: first.dataOffset, alignment: file.alignment, count: misaligned.length };
    return [{ code: 'offset-misaligned', place: tensorPlace(first), facts }];
  },
};
