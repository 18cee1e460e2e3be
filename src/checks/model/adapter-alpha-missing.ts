import { entryOf } from '../../model/entries.js';
import type { Check } from '../check.js';
import { isAdapter } from '../subjects.js';

/** Without it the product of the factors is added as it is, instead of alpha / rank times. */
export const adapterAlphaMissing: Check = {
  code: 'adapter-alpha-missing',
  judge(model) {
    const key = 'adapter.lora.alpha';
    if (!isAdapter(model) || entryOf(model.file, key) !== undefined) return [];
    return [{ code: 'adapter-alpha-missing', place: { key }, facts: {} }];
  },
};
