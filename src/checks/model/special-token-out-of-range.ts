import { entryOf } from '../../model/entries.js';
import { SPECIAL_TOKEN_KEYS } from '../../model/key-types.js';
import { hasNoTokens } from '../../model/tokenizers.js';
import { tokenizerOf, vocabularyOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';

/** llama.cpp ignores such a number and takes a default, which is seldom the token that is meant. */
export const specialTokenOutOfRange: Check = {
  code: 'special-token-out-of-range',
  judge(model) {
    const vocabulary = vocabularyOf(model);
    if (!isTokenized(model) || vocabulary === null || hasNoTokens(tokenizerOf(model) ?? '')) return [];
    return SPECIAL_TOKEN_KEYS.flatMap((key) => {
      const entry = entryOf(model.file, key);
      const value = entry?.value;
      if (entry === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return [];
      if (value >= 0 && value < vocabulary.size) return [];
      // As text: beyond 2^53 a number would not be the one in the file.
      const facts = { key, id: String(value), tokens: vocabulary.size };
      return [{ code: 'special-token-out-of-range', place: entryPlace(entry), facts }];
    });
  },
};
