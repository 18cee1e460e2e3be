import { entryOf } from '../../model/entries.js';
import { MERGING } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { isTokenized } from '../subjects.js';

/** llama.cpp then cuts texts in a way of its own and warns that the answers will be worse. */
export const preTokenizerMissing: Check = {
  code: 'pre-tokenizer-missing',
  judge(model) {
    const tokenizer = tokenizerOf(model);
    const key = 'tokenizer.ggml.pre';
    const said = entryOf(model.file, key)?.value ?? '';
    if (!isTokenized(model) || !MERGING.has(tokenizer ?? '') || tokenizer === 'gemma4' || said !== '') return [];
    return [{ code: 'pre-tokenizer-missing', place: { key }, facts: {} }];
  },
};
