import { shortageOf } from '../../gguf/data-end.js';
import type { Check } from '../check.js';

/** The reference goes to the start of the data section as soon as there is a tensor, and stops where the file ends before it. */
export const paddingAbsent: Check = {
  code: 'padding-absent',
  judge({ file }) {
    const shortage = shortageOf(file);
    if (shortage?.lacks !== 'padding') return [];
    const { size, missing } = shortage;
    return [{ code: 'padding-absent', place: { offset: size }, facts: { missing } }];
  },
};
