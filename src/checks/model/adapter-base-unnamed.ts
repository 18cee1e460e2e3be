import type { Check } from '../check.js';
import { isAdapter } from '../subjects.js';

/** An adapter changes one model; without its name nobody can tell which. */
export const adapterBaseUnnamed: Check = {
  code: 'adapter-base-unnamed',
  judge(model) {
    const named = model.file.metadata.some(({ key }) => /^general\.base_model\.\d+\./.test(key));
    if (!isAdapter(model) || named) return [];
    return [{ code: 'adapter-base-unnamed', place: { key: 'general.base_model.0.name' }, facts: {} }];
  },
};
