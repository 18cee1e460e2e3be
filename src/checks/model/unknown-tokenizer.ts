import { entryOf } from '../../model/entries.js';
import { TOKENIZERS } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';

export const unknownTokenizer: Check = {
  code: 'unknown-tokenizer',
  judge(model) {
    const tokenizer = tokenizerOf(model);
    const entry = entryOf(model.file, 'tokenizer.ggml.model');
    if (!isTokenized(model) || entry === undefined || tokenizer === null || TOKENIZERS.has(tokenizer)) return [];
    return [{ code: 'unknown-tokenizer', place: entryPlace(entry), facts: { tokenizer } }];
  },
};
