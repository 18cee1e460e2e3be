import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { usesOfTypes } from '../tensor-type-uses.js';

/** Ids beyond ggml's table, and ids of the table in files whose offsets fit only to what a fork means by them. */
export const forkTensorType: Check = {
  code: 'fork-tensor-type',
  judge({ file }) {
    return usesOfTypes(file.tensors, (type) => type?.status === 'fork').map(({ type, first, count }) => ({
      code: 'fork-tensor-type',
      place: tensorPlace(first),
      facts: { type: type!.name, fork: type!.fork ?? 'a fork', count },
    }));
  },
};
