/** Maps a metadata key to the table of known keys, with placeholders for the architecture, numbers and names. */

import { METADATA_KEY_WORDS } from '../words/metadata-key-words.js';

/** The key of the table that matches this one; undefined for an unknown key. */
export function knownKey(key: string, architecture: string | null): string | undefined {
  return (
    inTable(key) ??
    (architecture !== null && key.startsWith(`${architecture}.`)
      ? inTable(`{arch}${key.slice(architecture.length)}`)
      : undefined)
  );
}

/** `general.base_model.0.name` is in the table as `general.base_model.{id}.name`. */
function inTable(key: string): string | undefined {
  const names = [
    key,
    key.replace(/\.\d+\./, '.{id}.'),
    key.replace(/\.dense_[23]_/, '.{dense}_'),
    key.replace(/^(tokenizer\.chat_template)\.[^.]+$/, '$1.{name}'),
  ];
  return names.find((name) => Object.hasOwn(METADATA_KEY_WORDS, name));
}
