/** Characters in keys, values and tensor names that control a terminal or are invisible. */

import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { hiddenTextsOf } from '../hidden-texts.js';

export const TEXT_CHECKS = [
  /** Control characters and escape sequences in keys, values and names: they control the terminal on which they are printed. */
  defineCheck({
    code: 'control-characters',
    group: 'advice',
    level: 'warning',
    says: '{count, text} with control characters, the first in {what}: they can control a terminal',
    hint: 'print strings of this file only through a program that escapes them, as this one does',
    appliesTo: anyFile,
    readsTexts: true,
    judge({ file }) {
      const texts = hiddenTextsOf(file).filter(({ hidden }) => hidden.kinds.includes('control character'));
      const [first] = texts;
      if (first === undefined) return [];
      return [{ place: first.place, facts: { count: texts.length, what: first.what } }];
    },
  }),
  /** Bidi controls, zero-width, tag and private-use characters in keys, values and names: two texts that look equal may differ. */
  defineCheck({
    code: 'hidden-characters',
    group: 'advice',
    level: 'advice',
    says: '{count, text} with invisible characters, the first in {what}: {kinds}',
    hint: 'texts that look alike may differ; remove the characters or write them as escapes',
    appliesTo: anyFile,
    readsTexts: true,
    judge({ file }) {
      const texts = hiddenTextsOf(file).flatMap((text) => {
        const kinds = text.hidden.kinds.filter((kind) => kind !== 'control character');
        return kinds.length === 0 ? [] : [{ ...text, kinds }];
      });
      const [first] = texts;
      if (first === undefined) return [];
      const facts = { count: texts.length, what: first.what, kinds: first.kinds.join(', ') };
      return [{ place: first.place, facts }];
    },
  }),
];
