import type { Check } from '../check.js';
import { reachesOf } from '../jinja/reach.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';
import { listed } from '../listed.js';

/** A chat template that climbs from its values to the program that runs it. */
export const templateReach: Check = {
  code: 'template-reach',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      const reaches = reachesOf(template.pieces);
      const [first] = reaches;
      if (first === undefined) return [];
      const facts = { constructs: listed(reaches.map(({ what }) => what)), line: lineOf(template, first.at) };
      return [{ code: 'template-reach', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};
