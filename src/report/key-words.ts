/** What a metadata key means: the words for it, found by its name with the architecture, numbers and names taken out. */

import { METADATA_KEY_WORDS } from '../guide/metadata-keys.js';

export function keyWords(key: string, architecture: string | null): string | undefined {
  return (
    wordsFor(key) ??
    (architecture !== null && key.startsWith(`${architecture}.`)
      ? wordsFor(`{arch}${key.slice(architecture.length)}`)
      : undefined)
  );
}

/** `general.base_model.0.name` stands in the table as `general.base_model.{id}.name`. */
function wordsFor(key: string): string | undefined {
  for (const name of [key, key.replace(/\.\d+\./, '.{id}.'), key.replace(/\.[^.]+$/, '.{name}')]) {
    if (Object.hasOwn(METADATA_KEY_WORDS, name)) return METADATA_KEY_WORDS[name];
  }
  return undefined;
}
