/** Checks the alignment, on which all offsets depend. */

import { alignmentEntry, usableAlignment } from '../../gguf/alignment.js';
import { DEFAULT_ALIGNMENT } from '../../gguf/limits.js';
import type { MetadataEntry } from '../../gguf/metadata.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const ALIGNMENT_CHECKS = [
  /** A string, zero or a fraction cannot be an alignment. The reference refuses such a file because of the type or the value. */
  defineCheck({
    code: 'alignment-unusable',
    group: 'format',
    level: 'error',
    says: 'general.alignment cannot be used ({found}); {used} is assumed',
    hint: 'every offset depends on it: sizes and places below are right only if the assumption is',
    appliesTo: anyFile,
    judge({ file }) {
      const entry = alignmentEntry(file.metadata);
      if (entry === undefined || usableAlignment(entry) !== undefined) return [];
      const facts = { found: described(entry), used: DEFAULT_ALIGNMENT };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
  /** A usable number in a type that the reference does not accept. */
  defineCheck({
    code: 'alignment-wrong-type',
    group: 'format',
    level: 'error',
    says: 'general.alignment is of type {type}; the reference reads u32 only',
    hint: 'write the file again with a u32',
    appliesTo: anyFile,
    judge({ file }) {
      const entry = alignmentEntry(file.metadata);
      if (entry === undefined || entry.type === 'u32' || usableAlignment(entry) === undefined) return [];
      return [{ place: entryPlace(entry), facts: { type: entry.type } }];
    },
  }),
  /** The specification requires a multiple of 8, the reference a power of two: 24 satisfies only the first, 1 only the second. */
  defineCheck({
    code: 'alignment-not-power-of-two',
    group: 'format',
    level: 'error',
    says: 'general.alignment is {alignment}, not a power of two',
    hint: 'write the file again with 32, the default, or another power of two',
    appliesTo: anyFile,
    judge({ file }) {
      const entry = alignmentEntry(file.metadata);
      const alignment = usableAlignment(entry);
      if (entry === undefined || alignment === undefined || Number.isInteger(Math.log2(alignment))) return [];
      return [{ place: entryPlace(entry), facts: { alignment } }];
    },
  }),
];

function described({ type, value }: MetadataEntry): string {
  return typeof value === 'object' ? `a value of type ${type}` : `${type} ${String(value).slice(0, 40)}`;
}
