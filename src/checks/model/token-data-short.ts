import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isTokenized } from '../subjects.js';
import { unequalLists } from '../token-lists.js';

/** The loader would read past the end of the list, and stops instead. */
export const tokenDataShort: Check = {
  code: 'token-data-short',
  judge(model) {
    if (!isTokenized(model)) return [];
    return unequalLists(model)
      .filter(({ found, tokens }) => found < tokens)
      .map(({ entry, found, tokens }) => ({
        code: 'token-data-short',
        place: entryPlace(entry),
        facts: { key: entry.key, found, tokens },
      }));
  },
};
