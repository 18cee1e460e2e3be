import { alignmentEntry, usableAlignment } from '../../gguf/alignment.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** The specification asks for a multiple of 8, the reference for a power of two: 24 is only the one, 1 only the other. */
export const alignmentNotPowerOfTwo: Check = {
  code: 'alignment-not-power-of-two',
  judge({ file }) {
    const entry = alignmentEntry(file.metadata);
    const alignment = usableAlignment(entry);
    if (entry === undefined || alignment === undefined || Number.isInteger(Math.log2(alignment))) return [];
    return [{ code: 'alignment-not-power-of-two', place: entryPlace(entry), facts: { alignment } }];
  },
};
