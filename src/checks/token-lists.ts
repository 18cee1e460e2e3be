/** The lists that go along with the list of tokens, item by item: scores and kinds. */

import type { MetadataEntry } from '../gguf/metadata.js';
import { asArray, entryOf } from '../model/entries.js';
import type { Model } from '../model/model.js';
import { hasNoTokens } from '../model/tokenizers.js';
import { tokenizerOf } from '../model/vocabulary.js';

/** The lists whose length is not that of the token list, with both lengths. */
export function unequalLists(model: Model): { entry: MetadataEntry; found: number; tokens: number }[] {
  const tokens = asArray(entryOf(model.file, 'tokenizer.ggml.tokens'));
  if (tokens === null || hasNoTokens(tokenizerOf(model) ?? '')) return [];
  return ['tokenizer.ggml.scores', 'tokenizer.ggml.token_type'].flatMap((key) => {
    const entry = entryOf(model.file, key);
    const list = asArray(entry);
    if (entry === undefined || list === null || list.count === tokens.count) return [];
    return [{ entry, found: list.count, tokens: tokens.count }];
  });
}
