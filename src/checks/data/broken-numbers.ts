/** Numbers that are none: NaN, infinite, and blocks whose scale is one of the two. */

import { type CheckedStatistics, defineValueCheck, eachTensor } from './define-value-check.js';

export const BROKEN_NUMBER_CHECKS = [
  /** NaN spreads to everything that is computed with it. Where a scale is NaN or infinite, the block is told of and not its numbers. */
  defineValueCheck({
    code: 'nan-values',
    level: 'error',
    says: '{tensor} holds {nans} NaN among {count, number}',
    hint: 'a NaN spreads to everything computed with it; convert the model again from its source',
    judge: eachTensor((own) =>
      own.nans === 0 || hasBrokenScales(own) ? undefined : { facts: { nans: own.nans, count: own.count } },
    ),
  }),
  /** What was too large for its format when the file was converted. */
  defineValueCheck({
    code: 'infinite-values',
    level: 'error',
    says: '{tensor} holds {infinities} infinite among {count, number}',
    hint: 'they were too large for their format; convert the model again with a wider one (BF16 or F32)',
    judge: eachTensor((own) =>
      own.infinities === 0 || hasBrokenScales(own)
        ? undefined
        : { facts: { infinities: own.infinities, count: own.count } },
    ),
  }),
  /** llama.cpp refuses such blocks where it is asked to check tensors (`--check-tensors`). */
  defineValueCheck({
    code: 'broken-scales',
    level: 'error',
    says: '{tensor} has {broken} of {blocks, block} with a scale that is NaN or infinite',
    hint: 'all numbers of such a block are lost; quantize the model again, or fetch the file again',
    judge: eachTensor((own) => {
      if (own.scales === null || !hasBrokenScales(own)) return undefined;
      const { blocks, nan, infinite } = own.scales;
      return { facts: { broken: nan + infinite, blocks, nan, infinite } };
    }),
  }),
];

function hasBrokenScales({ scales }: CheckedStatistics): boolean {
  return scales !== null && scales.nan + scales.infinite > 0;
}
