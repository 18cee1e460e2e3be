import { entryOf } from '../../model/entries.js';
import { hasNoTokens } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { isTokenized } from '../subjects.js';

export const tokenListMissing: Check = {
  code: 'token-list-missing',
  judge(model) {
    const tokenizer = tokenizerOf(model);
    const key = 'tokenizer.ggml.tokens';
    if (!isTokenized(model) || tokenizer === null || hasNoTokens(tokenizer)) return [];
    if (entryOf(model.file, key) !== undefined) return [];
    return [{ code: 'token-list-missing', place: { key }, facts: { tokenizer } }];
  },
};
