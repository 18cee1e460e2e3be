import { alignmentEntry, usableAlignment } from '../../gguf/alignment.js';
import { DEFAULT_ALIGNMENT } from '../../gguf/limits.js';
import type { MetadataEntry } from '../../gguf/metadata.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** Nothing can be aligned to a string, to zero or to a fraction. The reference refuses such a file for the type or for the value. */
export const alignmentUnusable: Check = {
  code: 'alignment-unusable',
  judge({ file }) {
    const entry = alignmentEntry(file.metadata);
    if (entry === undefined || usableAlignment(entry) !== undefined) return [];
    const facts = { found: described(entry), used: DEFAULT_ALIGNMENT };
    return [{ code: 'alignment-unusable', place: entryPlace(entry), facts }];
  },
};

function described({ type, value }: MetadataEntry): string {
  return typeof value === 'object' ? `a value of type ${type}` : `${type} ${String(value).slice(0, 40)}`;
}
