import { alignmentEntry, usableAlignment } from '../../gguf/alignment.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** A number that would do, in a type that the reference does not take it in. */
export const alignmentWrongType: Check = {
  code: 'alignment-wrong-type',
  judge({ file }) {
    const entry = alignmentEntry(file.metadata);
    if (entry === undefined || entry.type === 'u32' || usableAlignment(entry) === undefined) return [];
    return [{ code: 'alignment-wrong-type', place: entryPlace(entry), facts: { type: entry.type } }];
  },
};
