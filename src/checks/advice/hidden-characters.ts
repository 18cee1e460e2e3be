import type { Check } from '../check.js';
import { hiddenTextsOf } from '../hidden-texts.js';

/** Bidi controls, zero-width, tag and private-use characters in keys, values and names: two that look alike may differ. */
export const hiddenCharacters: Check = {
  code: 'hidden-characters',
  judge({ file }) {
    const texts = hiddenTextsOf(file).flatMap((text) => {
      const kinds = text.hidden.kinds.filter((kind) => kind !== 'control character');
      return kinds.length === 0 ? [] : [{ ...text, kinds }];
    });
    const [first] = texts;
    if (first === undefined) return [];
    const facts = { count: texts.length, what: first.what, kinds: first.kinds.join(', ') };
    return [{ code: 'hidden-characters', place: first.place, facts }];
  },
};
