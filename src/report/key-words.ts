/** What a metadata key means: the words for it. */

import { knownKey } from '../model/metadata-key.js';
import { METADATA_KEY_WORDS } from '../words/metadata-key-words.js';

export function keyWords(key: string, architecture: string | null): string | undefined {
  const known = knownKey(key, architecture);
  return known === undefined ? undefined : METADATA_KEY_WORDS[known];
}
