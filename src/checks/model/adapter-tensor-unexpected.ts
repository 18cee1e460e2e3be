import { unpairable } from '../../model/adapter-pairs.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { isAdapter } from '../subjects.js';

/** An adapter with a whole tensor among its pairs is refused. */
export const adapterTensorUnexpected: Check = {
  code: 'adapter-tensor-unexpected',
  judge(model) {
    const strange = isAdapter(model) ? unpairable(model) : [];
    const [first] = strange;
    if (first === undefined) return [];
    const facts = { tensor: first.name, count: strange.length };
    return [{ code: 'adapter-tensor-unexpected', place: tensorPlace(first), facts }];
  },
};
