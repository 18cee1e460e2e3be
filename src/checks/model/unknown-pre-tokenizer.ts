import { entryOf } from '../../model/entries.js';
import { MERGING, PRE_TOKENIZERS } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';

/** A name that the loader does not know stops it, but new names come with new versions. */
export const unknownPreTokenizer: Check = {
  code: 'unknown-pre-tokenizer',
  judge(model) {
    const tokenizer = tokenizerOf(model);
    const entry = entryOf(model.file, 'tokenizer.ggml.pre');
    // The tokenizer of Gemma 4 brings its own.
    if (!isTokenized(model) || !MERGING.has(tokenizer ?? '') || tokenizer === 'gemma4') return [];
    if (typeof entry?.value !== 'string' || entry.value === '' || PRE_TOKENIZERS.has(entry.value)) return [];
    return [{ code: 'unknown-pre-tokenizer', place: entryPlace(entry), facts: { name: entry.value } }];
  },
};
