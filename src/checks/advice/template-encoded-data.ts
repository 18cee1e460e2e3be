import type { Check } from '../check.js';
import { blobIn, literalsOf } from '../jinja/literals.js';
import { cutTemplatesOf, lineOf } from '../jinja/templates.js';

/** A long run of Base64 or hexadecimal digits in what a chat template tells the model. */
export const templateEncodedData: Check = {
  code: 'template-encoded-data',
  judge({ file }) {
    return cutTemplatesOf(file).flatMap((template) => {
      for (const { text, at } of literalsOf(template.pieces)) {
        const blob = blobIn(text);
        if (blob === undefined) continue;
        const facts = {
          length: blob.length,
          begins: blob.slice(0, 16),
          line: lineOf(template, at + text.indexOf(blob)),
        };
        return [{ code: 'template-encoded-data', place: { offset: template.offset, key: template.key }, facts }];
      }
      return [];
    });
  },
};
