import { projectorTypes } from '../../model/projectors.js';
import type { Check } from '../check.js';
import { isProjector } from '../subjects.js';

export const projectorTypeMissing: Check = {
  code: 'projector-type-missing',
  judge(model) {
    if (!isProjector(model) || projectorTypes(model).length > 0) return [];
    return [{ code: 'projector-type-missing', place: { key: 'clip.projector_type' }, facts: {} }];
  },
};
