import { eachTensor, isMatrix, isZero } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** Outputs that are always 0; in a table of tokens, tokens that were never trained. */
export const zeroRows: ValueCheck = {
  code: 'zero-rows',
  judge: (model, values) =>
    eachTensor('zero-rows', model, values, (own, tensor) => {
      const { count, zero } = own.rows;
      return zero === 0 || isZero(own) || !isMatrix(tensor) ? undefined : { facts: { zero, count } };
    }),
};
