/** The alignment, on which all offsets depend. */

import { alignmentEntry, usableAlignment } from '../../gguf/alignment.js';
import { DEFAULT_ALIGNMENT } from '../../gguf/limits.js';
import type { MetadataEntry } from '../../gguf/metadata.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const ALIGNMENT_CHECKS = [
  /** Nothing can be aligned to a string, to zero or to a fraction. The reference refuses such a file for the type or for the value. */
  defineCheck({
    code: 'alignment-unusable',
    group: 'format',
    level: 'error',
    says: 'general.alignment cannot be used ({found}); {used} is assumed',
    hint: 'every offset depends on it: sizes and places below hold only if the assumption does',
    appliesTo: anyFile,
    judge({ file }) {
      const entry = alignmentEntry(file.metadata);
      if (entry === undefined || usableAlignment(entry) !== undefined) return [];
      const facts = { found: described(entry), used: DEFAULT_ALIGNMENT };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
  /** A number that would do, in a type that the reference does not take it in. */
  defineCheck({
    code: 'alignment-wrong-type',
    group: 'format',
    level: 'error',
    says: 'general.alignment is of type {type}; the reference reads u32 only',
    appliesTo: anyFile,
    judge({ file }) {
      const entry = alignmentEntry(file.metadata);
      if (entry === undefined || entry.type === 'u32' || usableAlignment(entry) === undefined) return [];
      return [{ place: entryPlace(entry), facts: { type: entry.type } }];
    },
  }),
  /** The specification asks for a multiple of 8, the reference for a power of two: 24 is only the one, 1 only the other. */
  defineCheck({
    code: 'alignment-not-power-of-two',
    group: 'format',
    level: 'error',
    says: 'general.alignment is {alignment}, not a power of two',
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
