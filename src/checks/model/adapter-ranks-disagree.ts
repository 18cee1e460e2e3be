import { adapterPairs, isTable } from '../../model/adapter-pairs.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { isAdapter } from '../subjects.js';

/** What comes out of the first factor goes into the second: both have the same rank. */
export const adapterRanksDisagree: Check = {
  code: 'adapter-ranks-disagree',
  judge(model) {
    if (!isAdapter(model)) return [];
    return adapterPairs(model).flatMap((pair) => {
      const { a, b, base } = pair;
      if (a === null || b === null) return [];
      const out = a.dimensions[isTable(pair) ? 0 : 1] ?? 1;
      const into = b.dimensions[0] ?? 1;
      if (out === into) return [];
      return [{ code: 'adapter-ranks-disagree', place: tensorPlace(a), facts: { base, a: out, b: into } }];
    });
  },
};
