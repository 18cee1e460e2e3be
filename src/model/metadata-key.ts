/** A metadata key as the table of the known ones has it, with the architecture, numbers and names taken out. */

import { METADATA_KEY_WORDS } from '../words/metadata-key-words.js';

/** The key of the table that stands for this one; undefined where nobody is known to write it. */
export function knownKey(key: string, architecture: string | null): string | undefined {
  return (
    inTable(key) ??
    (architecture !== null && key.startsWith(`${architecture}.`)
      ? inTable(`{arch}${key.slice(architecture.length)}`)
      : undefined)
  );
}

/** `general.base_model.0.name` stands in the table as `general.base_model.{id}.name`. */
function inTable(key: string): string | undefined {
  const names = [
    key,
    key.replace(/\.\d+\./, '.{id}.'),
    key.replace(/\.dense_[23]_/, '.{dense}_'),
    key.replace(/^(tokenizer\.chat_template)\.[^.]+$/, '$1.{name}'),
  ];
  return names.find((name) => Object.hasOwn(METADATA_KEY_WORDS, name));
}
