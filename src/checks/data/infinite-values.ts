import { eachTensor, hasBrokenScales } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** What was too large for its format when the file was converted. */
export const infiniteValues: ValueCheck = {
  code: 'infinite-values',
  judge: (model, values) =>
    eachTensor('infinite-values', model, values, (own) =>
      own.infinities === 0 || hasBrokenScales(own)
        ? undefined
        : { facts: { infinities: own.infinities, count: own.count } },
    ),
};
