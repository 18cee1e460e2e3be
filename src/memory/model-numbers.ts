/** The model's numbers as llama.cpp's loader reads them for the caches: `<architecture>.<key>`, one value or one for each layer. */

import type { GgufFile } from '../gguf/decode.js';
import { metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';

export interface ModelNumbers {
  architecture: string;
  /** A key as spelled in the file: `llama.block_count`. */
  fullKey(key: string): string;
  /** Whether the file has the key. */
  has(key: string): boolean;
  /** A single count or length; null if the key is missing or holds something else. */
  number(key: string): number | null;
  /** The numbers of a list of any length; null if the key is missing or holds something else. */
  list(key: string): readonly number[] | null;
  /** Whether the key holds one value for each layer. */
  isList(key: string): boolean;
  /**
   * A value for each layer: the items of a list, filled up with 0, or the single value for all. Flags count as 0 and 1. Null if the key is
   * missing or holds no numbers.
   */
  perLayer(key: string, layers: number): readonly number[] | null;
  /** Those of the keys that the file has, as spelled there. */
  present(keys: readonly string[]): string[];
}

/** Null for a file that does not state an architecture. */
export function modelNumbers(file: GgufFile): ModelNumbers | null {
  const architecture = metadataValue(file, 'general.architecture');
  if (typeof architecture !== 'string') return null;
  const prefix = `${architecture}.`;
  const values = new Map<string, MetadataValue>();
  for (const { key, value } of file.metadata) {
    if (!key.startsWith(prefix)) continue;
    const own = key.slice(prefix.length);
    // If a key occurs several times, the first entry counts, here as everywhere.
    if (!values.has(own)) values.set(own, value);
  }
  return {
    architecture,
    fullKey: (key) => prefix + key,
    has: (key) => values.has(key),
    number: (key) => count(values.get(key)),
    list(key) {
      const numbers = items(values.get(key))?.map((item) => count(item));
      return numbers?.every((number) => number !== null) ? (numbers as number[]) : null;
    },
    isList: (key) => items(values.get(key)) !== null,
    perLayer(key, layers) {
      const list = items(values.get(key));
      const single = list === null ? count(values.get(key)) : null;
      if (list === null && single === null) return null;
      const numbers = Array.from({ length: layers }, (_, i) => (list === null ? single : count(list[i] ?? 0)));
      return numbers.every((number) => number !== null) ? (numbers as number[]) : null;
    },
    present: (keys) => keys.filter((key) => values.has(key)).map((key) => prefix + key),
  };
}

function items(value: MetadataValue | undefined): readonly MetadataValue[] | null {
  if (typeof value !== 'object' || value.kind !== 'array') return null;
  return value.items.length === value.count ? value.items : null;
}

/** Only counts, lengths and flags are read: a value that is negative, fractional or beyond 2^53 counts as missing. */
function count(value: MetadataValue | undefined): number | null {
  const number = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
