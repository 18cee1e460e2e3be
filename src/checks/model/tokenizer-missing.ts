import { entryOf } from '../../model/entries.js';
import type { Check } from '../check.js';
import { isKnownModel } from '../subjects.js';

/** The loader asks for a tokenizer first of all; a model that has none of its own says `no_vocab`. */
export const tokenizerMissing: Check = {
  code: 'tokenizer-missing',
  judge(model) {
    const key = 'tokenizer.ggml.model';
    if (!isKnownModel(model) || entryOf(model.file, key) !== undefined) return [];
    return [{ code: 'tokenizer-missing', place: { key }, facts: {} }];
  },
};
