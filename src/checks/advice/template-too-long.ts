import type { Check } from '../check.js';
import { templatesOf } from '../jinja/templates.js';

/** A chat template of which only the beginning is kept, so that the other rules have not seen all of it. */
export const templateTooLong: Check = {
  code: 'template-too-long',
  judge({ file }) {
    return templatesOf(file).flatMap(({ key, offset, text, whole, byteLength }) => {
      if (whole) return [];
      const facts = { size: byteLength ?? 0, judged: Buffer.byteLength(text) };
      return [{ code: 'template-too-long', place: { offset, key }, facts }];
    });
  },
};
