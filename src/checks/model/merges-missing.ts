import { metadataValue } from '../../gguf/decode.js';
import { entryOf } from '../../model/entries.js';
import { MERGING, WITHOUT_MERGES } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { isTokenized } from '../subjects.js';

/** Byte pairs are merged by a list of pairs, best first; without it the loader stops. */
export const mergesMissing: Check = {
  code: 'merges-missing',
  judge(model) {
    const tokenizer = tokenizerOf(model);
    const key = 'tokenizer.ggml.merges';
    if (!isTokenized(model) || tokenizer === null || !MERGING.has(tokenizer)) return [];
    const without = tokenizer === 'gpt2' && metadataValue(model.file, 'tokenizer.ggml.pre') === WITHOUT_MERGES;
    if (without || entryOf(model.file, key) !== undefined) return [];
    return [{ code: 'merges-missing', place: { key }, facts: { tokenizer } }];
  },
};
