import { asArray, entryOf } from '../../model/entries.js';
import { LAST_TOKEN_TYPE } from '../../model/tokenizers.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';

/** Of a long list only the items that were kept are looked at. */
export const tokenTypeUnknown: Check = {
  code: 'token-type-unknown',
  judge(model) {
    const entry = entryOf(model.file, 'tokenizer.ggml.token_type');
    const list = asArray(entry);
    if (!isTokenized(model) || entry === undefined || list === null || list.itemType !== 'i32') return [];
    const strange = list.items.filter((type) => !((type as number) >= 0 && (type as number) <= LAST_TOKEN_TYPE));
    if (strange.length === 0) return [];
    const facts = { count: strange.length, example: strange[0] as number, last: LAST_TOKEN_TYPE };
    return [{ code: 'token-type-unknown', place: entryPlace(entry), facts }];
  },
};
