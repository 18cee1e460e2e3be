/** `general.alignment` (specification, "Alignment"): every offset of the tensor data is a multiple of it. */

import { MAX_ALIGNMENT } from './limits.js';
import type { MetadataEntry } from './metadata.js';

const KEY = 'general.alignment';

/** The entry that llama.cpp uses: the first whose key equals the name, up to its end or a NUL, because it compares C strings. */
export function alignmentEntry(metadata: readonly MetadataEntry[]): MetadataEntry | undefined {
  return metadata.find(({ key }) => key === KEY || key.startsWith(`${KEY}\0`));
}

/** The alignment in bytes, whatever the value's type; undefined if it is unusable or absent. */
export function usableAlignment(entry: MetadataEntry | undefined): number | undefined {
  const value = typeof entry?.value === 'bigint' ? Number(entry.value) : entry?.value;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_ALIGNMENT
    ? value
    : undefined;
}
