/** `general.alignment` (specification, "Alignment"): what every offset of the tensor data is counted by. */

import { MAX_ALIGNMENT } from './limits.js';
import type { MetadataEntry } from './metadata.js';

const KEY = 'general.alignment';

/** The entry that llama.cpp takes: the first whose key is that word up to its end or a NUL, for it compares C strings. */
export function alignmentEntry(metadata: readonly MetadataEntry[]): MetadataEntry | undefined {
  return metadata.find(({ key }) => key === KEY || key.startsWith(`${KEY}\0`));
}

/** The alignment in bytes, of whatever type it is; undefined where nothing can be aligned to it, or nothing is said. */
export function usableAlignment(entry: MetadataEntry | undefined): number | undefined {
  const value = typeof entry?.value === 'bigint' ? Number(entry.value) : entry?.value;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_ALIGNMENT
    ? value
    : undefined;
}
