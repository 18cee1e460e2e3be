import { eachTensor, hasBrokenScales } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** NaN spreads to everything that is computed with it. Where a scale is no number, the block is told of and not its numbers. */
export const nanValues: ValueCheck = {
  code: 'nan-values',
  judge: (model, values) =>
    eachTensor('nan-values', model, values, (own) =>
      own.nans === 0 || hasBrokenScales(own) ? undefined : { facts: { nans: own.nans, count: own.count } },
    ),
};
