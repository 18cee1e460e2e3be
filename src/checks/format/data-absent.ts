import { shortageOf } from '../../gguf/data-end.js';
import type { Check } from '../check.js';

/** A header and nothing behind it: the head of a download, or a file that was made to be looked at. No loader takes it. */
export const dataAbsent: Check = {
  code: 'data-absent',
  judge({ file }) {
    const shortage = shortageOf(file);
    if (shortage?.lacks !== 'all') return [];
    const { size, needed, missing, cut } = shortage;
    const facts = { missing, size, needed, count: cut.length };
    return [{ code: 'data-absent', place: { offset: size }, facts }];
  },
};
