import { ownEntry, ownNumber } from '../../model/entries.js';
import { distinct } from '../../model/hyperparameters.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Without a key for it the length of a head is the embedding length shared out, rounded down. */
export const headLengthUneven: Check = {
  code: 'head-length-uneven',
  judge(model) {
    const { embeddingLength, headCount } = model.hyperparameters;
    const heads = Math.max(0, ...distinct(headCount));
    const entry = ownEntry(model, 'attention.head_count');
    if (!isKnownModel(model) || entry === undefined || embeddingLength === null || heads === 0) return [];
    if (ownNumber(model, 'attention.key_length') !== null || embeddingLength % heads === 0) return [];
    const facts = { embedding: embeddingLength, heads, length: Math.floor(embeddingLength / heads) };
    return [{ code: 'head-length-uneven', place: entryPlace(entry), facts }];
  },
};
