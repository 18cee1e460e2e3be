import { entryOf } from '../../model/entries.js';
import { readLabel } from '../../model/label.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** The label is shown, never relied upon: llama.cpp loads the model and says "unknown, may not work". */
export const fileTypeUnknown: Check = {
  code: 'file-type-unknown',
  judge(model) {
    const label = readLabel(model);
    const entry = entryOf(model.file, 'general.file_type');
    if (entry === undefined || label === null || label.fileType !== undefined) return [];
    return [{ code: 'file-type-unknown', place: entryPlace(entry), facts: { id: label.id } }];
  },
};
