/** A model as the conditions of the book see it: its numbers by key and layer, without the prefix of the architecture. */

import type { Circumstances } from '../architectures/conditions.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';

/** Returns the number under a key, `fallback` if the key is missing, and null if its value is not a usable number. */
export type NumberOf = (key: string, fallback: number, layer: number) => number | null;

/** Returns a function that looks up each key only once. */
export function numbersOf(architecture: string, file: Pick<GgufFile, 'metadata'>): NumberOf {
  const known = new Map<string, MetadataValue | undefined>();
  return (key, fallback, layer) => {
    if (!known.has(key)) known.set(key, metadataValue(file, `${architecture}.${key}`));
    const value = known.get(key);
    if (value === undefined) return fallback;
    return scalar(typeof value === 'object' && value.kind === 'array' ? value.items[layer] : value);
  };
}

/**
 * `blockCount`: all layers, including those for next-token prediction. `stored`: whether the file has a tensor, by its name in the
 * notation.
 */
export function circumstances(
  number: NumberOf,
  blockCount: number,
  layer: number,
  stored: (name: string) => boolean,
): Circumstances {
  return {
    layer,
    blockCount,
    number: (key, fallback = 0, at = layer) => number(key, fallback, at),
    stored,
  };
}

function scalar(value: MetadataValue | undefined): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
