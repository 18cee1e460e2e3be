import { fileTypeInName, isGivenByPeople } from '../../model/file-name.js';
import { readLabel } from '../../model/label.js';
import type { Check } from '../check.js';

/** The name says one file type and the label in the file another: one of them was left from an earlier version of the file. */
export const fileNameEncoding: Check = {
  code: 'file-name-encoding',
  judge(model, { fileName }) {
    if (!isGivenByPeople(fileName)) return [];
    const named = fileTypeInName(fileName);
    const label = readLabel(model);
    if (named === null || label?.fileType === undefined || label.guessed || label.fileType.name === named) return [];
    const facts = { name: fileName, named, label: label.fileType.name };
    return [{ code: 'file-name-encoding', place: { key: 'general.file_type' }, facts }];
  },
};
