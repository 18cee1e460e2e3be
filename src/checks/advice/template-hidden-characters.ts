import type { Check } from '../check.js';
import { hiddenInText, MOST_COUNTED } from '../hidden-characters.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';

/** Characters in a chat template that reach the model and that nobody sees who reviews it. */
export const templateHiddenCharacters: Check = {
  code: 'template-hidden-characters',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      const hidden = hiddenInText(template.text);
      if (hidden === null) return [];
      const facts = {
        amount: hidden.count === MOST_COUNTED ? 'many characters' : formatted(hidden.count),
        kinds: hidden.kinds.join(', '),
        character: `U+${hidden.codePoint.toString(16).toUpperCase().padStart(4, '0')}`,
        line: lineOf(template, hidden.at),
      };
      return [{ code: 'template-hidden-characters', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};

function formatted(count: number): string {
  return `${count} character${count === 1 ? '' : 's'}`;
}
