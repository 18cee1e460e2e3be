/** What a metadata key means: the words for it. */

import { METADATA_KEY_WORDS } from '../guide/metadata-keys.js';
import { knownKey } from '../model/metadata-key.js';

export function keyWords(key: string, architecture: string | null): string | undefined {
  const known = knownKey(key, architecture);
  return known === undefined ? undefined : METADATA_KEY_WORDS[known];
}
