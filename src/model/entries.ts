/** Single entries of the metadata, for code that needs their place and type in addition to their value. */

import type { GgufFile } from '../gguf/decode.js';
import type { MetadataArray, MetadataEntry } from '../gguf/metadata.js';
import { type Hyperparameters, numberOrNull } from './hyperparameters.js';
import type { Model } from './model.js';

/** The first entry with a key, which is the one that llama.cpp finds. */
export function entryOf(file: Pick<GgufFile, 'metadata'>, key: string): MetadataEntry | undefined {
  return file.metadata.find((entry) => entry.key === key);
}

/** The entry of `<architecture>.<key>`. */
export function ownEntry({ file, hyperparameters }: Model, key: string): MetadataEntry | undefined {
  return entryOf(file, `${hyperparameters.architecture}.${key}`);
}

/** A count or length under `<architecture>.<key>`; null if it is missing or unusable. */
export function ownNumber(model: Model, key: string): number | null {
  return numberOrNull(ownEntry(model, key)?.value);
}

export function asArray(entry: MetadataEntry | undefined): MetadataArray | null {
  const value = entry?.value;
  return typeof value === 'object' && value.kind === 'array' ? value : null;
}

/** The type of an entry in words: `u32`, `array of string`. */
export function typeOf(entry: MetadataEntry): string {
  const array = asArray(entry);
  return array === null ? entry.type : `array of ${array.itemType}`;
}

/** A key with the prefix of the model's architecture. */
export function ownKey({ architecture }: Hyperparameters, key: string): string {
  return `${architecture}.${key}`;
}
