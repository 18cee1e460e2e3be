import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';
import { unequalLists } from '../token-lists.js';

/** The loader takes what it needs; but whoever wrote the list had another vocabulary in mind. */
export const tokenDataLong: Check = {
  code: 'token-data-long',
  judge(model) {
    if (!isTokenized(model)) return [];
    return unequalLists(model)
      .filter(({ found, tokens }) => found > tokens)
      .map(({ entry, found, tokens }) => ({
        code: 'token-data-long',
        place: entryPlace(entry),
        facts: { key: entry.key, found, tokens },
      }));
  },
};
