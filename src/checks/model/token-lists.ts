/** Checks the lists that accompany the tokens: scores, types, special tokens. */

import type { MetadataEntry } from '../../gguf/metadata.js';
import { asArray, entryOf } from '../../model/entries.js';
import { SPECIAL_TOKEN_KEYS } from '../../model/key-types.js';
import type { Model } from '../../model/model.js';
import { hasNoTokens, LAST_TOKEN_TYPE } from '../../model/tokenizers.js';
import { tokenizerOf, vocabularyOf } from '../../model/vocabulary.js';
import { tokenized } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const TOKEN_LIST_CHECKS = [
  /** The loader refuses a list that is too short, instead of reading past its end. */
  defineCheck({
    code: 'token-data-short',
    group: 'model',
    level: 'error',
    says: '{key} has {found, item} for {tokens, token}',
    hint: 'convert the model again with the tokenizer that belongs to it',
    appliesTo: tokenized,
    judge({ model }) {
      return unequalLists(model)
        .filter(({ found, tokens }) => found < tokens)
        .map(({ entry, found, tokens }) => ({
          place: entryPlace(entry),
          facts: { key: entry.key, found, tokens },
        }));
    },
  }),
  /** The loader reads only the part it needs, but the list was written for another vocabulary. */
  defineCheck({
    code: 'token-data-long',
    group: 'model',
    level: 'warning',
    says: '{key} has {found, item} for {tokens, token}; the rest is not used',
    hint: 'it does no harm if the tokenizer belongs to the model: compare it with the original',
    appliesTo: tokenized,
    judge({ model }) {
      return unequalLists(model)
        .filter(({ found, tokens }) => found > tokens)
        .map(({ entry, found, tokens }) => ({
          place: entryPlace(entry),
          facts: { key: entry.key, found, tokens },
        }));
    },
  }),
  /** In a long list, only the items that the reader kept are checked. */
  defineCheck({
    code: 'token-type-unknown',
    group: 'model',
    level: 'warning',
    says: '{count, token} of an unknown kind ({example}; kinds are 0 to {last})',
    hint: 'convert the model again with a current converter',
    appliesTo: tokenized,
    judge({ model }) {
      const entry = entryOf(model.file, 'tokenizer.ggml.token_type');
      const list = asArray(entry);
      if (entry === undefined || list === null || list.itemType !== 'i32') return [];
      const strange = list.items.filter((type) => !((type as number) >= 0 && (type as number) <= LAST_TOKEN_TYPE));
      if (strange.length === 0) return [];
      const facts = { count: strange.length, example: strange[0] as number, last: LAST_TOKEN_TYPE };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
  /** llama.cpp ignores such a number and uses a default, which is rarely the intended token. */
  defineCheck({
    code: 'special-token-out-of-range',
    group: 'model',
    level: 'warning',
    says: '{key} is {id}, but the vocabulary has {tokens, token}',
    hint: 'llama.cpp ignores it and uses a default, so texts may begin or end wrongly',
    appliesTo: tokenized,
    judge({ model }) {
      const vocabulary = vocabularyOf(model);
      if (vocabulary === null || hasNoTokens(tokenizerOf(model) ?? '')) return [];
      return SPECIAL_TOKEN_KEYS.flatMap((key) => {
        const entry = entryOf(model.file, key);
        const value = entry?.value;
        if (entry === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return [];
        if (value >= 0 && value < vocabulary.size) return [];
        // As text, because a number beyond 2^53 would be rounded.
        const facts = { key, id: String(value), tokens: vocabulary.size };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
];

/** The lists whose length differs from that of the token list, with both lengths. */
function unequalLists(model: Model): { entry: MetadataEntry; found: number; tokens: number }[] {
  const tokens = asArray(entryOf(model.file, 'tokenizer.ggml.tokens'));
  if (tokens === null || hasNoTokens(tokenizerOf(model) ?? '')) return [];
  return ['tokenizer.ggml.scores', 'tokenizer.ggml.token_type'].flatMap((key) => {
    const entry = entryOf(model.file, key);
    const list = asArray(entry);
    if (entry === undefined || list === null || list.count === tokens.count) return [];
    return [{ entry, found: list.count, tokens: tokens.count }];
  });
}
