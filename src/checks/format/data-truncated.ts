import { shortageOf } from '../../gguf/data-end.js';
import type { Check } from '../check.js';
import { shortened } from '../place.js';

/** The loader wants all bytes of each tensor inside the file, though not the padding of the last one. */
export const dataTruncated: Check = {
  code: 'data-truncated',
  judge({ file }) {
    const shortage = shortageOf(file);
    if (shortage?.lacks !== 'part') return [];
    const { size, needed, missing, cut } = shortage;
    const facts = { missing, size, needed, count: cut.length };
    return [{ code: 'data-truncated', place: { offset: size, tensor: shortened(cut[0]!.name) }, facts }];
  },
};
