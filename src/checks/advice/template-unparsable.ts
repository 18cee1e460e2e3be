import type { Check } from '../check.js';
import { blockFault } from '../jinja/jinja-blocks.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';

/** A chat template whose braces, strings, brackets or blocks do not match: no engine takes it. One that is cut short is not judged. */
export const templateUnparsable: Check = {
  code: 'template-unparsable',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      const fault = template.whole ? (template.fault ?? blockFault(template.pieces)) : null;
      if (fault === null) return [];
      const facts = { fault: fault.what, line: lineOf(template, fault.at) };
      return [{ code: 'template-unparsable', place: { offset: template.offset, key: template.key }, facts }];
    });
  },
};
