import type { Check } from '../check.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';
import { triggersOf } from '../jinja/triggers.js';
import { listed } from '../listed.js';

/** A chat template that looks for words in a message and then sends the model or its reader to an address. */
export const templateTrigger: Check = {
  code: 'template-trigger',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      const triggers = triggersOf(template.pieces);
      const [first] = triggers;
      if (first === undefined) return [];
      const facts = { words: listed(triggers.map(({ words }) => words)), line: lineOf(template, first.at) };
      return [{ code: 'template-trigger', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};
