import type { Check } from '../check.js';
import { templatesOf } from '../jinja/templates.js';
import { listed } from '../listed.js';

/** More than one chat template: which one is used depends on the program, and a review has to look at all of them. */
export const severalTemplates: Check = {
  code: 'several-templates',
  judge({ file }) {
    const templates = templatesOf(file);
    const [, second] = templates;
    if (second === undefined) return [];
    const facts = { count: templates.length, keys: listed(templates.map(({ key }) => key)) };
    return [{ code: 'several-templates', place: { offset: second.offset, key: second.key }, facts }];
  },
};
