import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { usesOfTypes } from '../tensor-type-uses.js';

/** Ids that ggml's table still has, with blocks of no elements; its reader refuses them for that. */
export const removedTensorType: Check = {
  code: 'removed-tensor-type',
  judge({ file }) {
    return usesOfTypes(file.tensors, (type) => type?.status === 'removed').map(({ type, first, count }) => ({
      code: 'removed-tensor-type',
      place: tensorPlace(first),
      facts: { type: type!.name, count },
    }));
  },
};
