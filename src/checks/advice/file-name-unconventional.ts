import { isGivenByPeople, readFileName } from '../../model/file-name.js';
import type { Check } from '../check.js';

/** A name that does not tell base, size and encoding in the places where people and programs look for them. */
export const fileNameUnconventional: Check = {
  code: 'file-name-unconventional',
  judge(_, { fileName }) {
    if (!isGivenByPeople(fileName)) return [];
    const parts = readFileName(fileName);
    if (!('why' in parts)) return [];
    return [{ code: 'file-name-unconventional', place: { offset: 0 }, facts: { name: fileName, why: parts.why } }];
  },
};
