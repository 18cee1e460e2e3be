import { endOfData } from '../../gguf/data-end.js';
import { padded } from '../../gguf/data-layout.js';
import type { Check } from '../check.js';

/** Loaders do not look behind the last tensor and its padding. What is there may be a second file, or a tool's mistake. */
export const surplusBytes: Check = {
  code: 'surplus-bytes',
  judge({ file }) {
    const end = padded(endOfData(file), file.alignment);
    if (file.size === undefined || file.size <= end) return [];
    return [{ code: 'surplus-bytes', place: { offset: end }, facts: { surplus: file.size - end } }];
  },
};
