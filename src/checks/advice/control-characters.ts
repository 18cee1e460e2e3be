import type { Check } from '../check.js';
import { hiddenTextsOf } from '../hidden-texts.js';

/** Controls and escape sequences in keys, values and names, which drive the terminal of whoever prints them. */
export const controlCharacters: Check = {
  code: 'control-characters',
  judge({ file }) {
    const texts = hiddenTextsOf(file).filter(({ hidden }) => hidden.kinds.includes('control character'));
    const [first] = texts;
    if (first === undefined) return [];
    return [{ code: 'control-characters', place: first.place, facts: { count: texts.length, what: first.what } }];
  },
};
