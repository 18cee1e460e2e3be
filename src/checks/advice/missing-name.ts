import { metadataValue } from '../../gguf/decode.js';
import { kindOf } from '../../model/kind.js';
import type { Check } from '../check.js';
import { standsAlone } from '../stands-alone.js';

/** What a program writes that has no name to write. */
const NO_NAME = /^(?:\s*|n\/a|none|unknown|model)$/i;

/** A model whose file does not say what it is called, once the file itself is renamed. */
export const missingName: Check = {
  code: 'missing-name',
  judge(model) {
    const name = metadataValue(model.file, 'general.name');
    const named = typeof name === 'object' || (typeof name === 'string' && !NO_NAME.test(name));
    if (named || !standsAlone(model) || kindOf(model) === 'imatrix') return [];
    return [{ code: 'missing-name', place: { key: 'general.name' }, facts: {} }];
  },
};
