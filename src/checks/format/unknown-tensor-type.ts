import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { usesOfTypes } from '../tensor-type-uses.js';

/** An id beyond ggml's table that no known fork has used either. */
export const unknownTensorType: Check = {
  code: 'unknown-tensor-type',
  judge({ file }) {
    return usesOfTypes(file.tensors, (type) => type === undefined).map(({ first, count }) => ({
      code: 'unknown-tensor-type',
      place: tensorPlace(first),
      facts: { typeId: first.typeId, count },
    }));
  },
};
