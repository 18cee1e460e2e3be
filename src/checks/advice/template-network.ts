import type { Check } from '../check.js';
import { addressesIn, literalsOf, networkWordsIn } from '../jinja/literals.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';
import { listed } from '../listed.js';

/** Web addresses and commands that fetch, in what a chat template tells the model. Comments do not count: nobody is told them. */
export const templateNetwork: Check = {
  code: 'template-network',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      const found = literalsOf(template.pieces).flatMap(({ text, at }) =>
        [...addressesIn(text), ...networkWordsIn(text)].map((what) => ({ what, at })),
      );
      const [first] = found;
      if (first === undefined) return [];
      const facts = { found: listed(found.map(({ what }) => what)), line: lineOf(template, first.at) };
      return [{ code: 'template-network', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};
