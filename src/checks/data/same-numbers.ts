/** The same number many times over, mostly 0: what was never trained, or got lost. */

import type { ModelTensor } from '../../model/model.js';
import { type CheckedStatistics, defineValueCheck, eachTensor } from './define-value-check.js';

/** Share of blocks with a scale of 0. Fewer are blocks that were all zeros before they were quantized. */
const MOST_SHARE = 0.01;

export const SAME_NUMBER_CHECKS = [
  /** A matrix of zeros outputs only zeros. Biases of zeros are usual, and so are norms of zeros where 1 is added to them. */
  defineValueCheck({
    code: 'zero-tensor',
    level: 'warning',
    says: '{tensor} is all zeros, {count, number}',
    hint: 'a matrix of zeros passes nothing on; compare with the source of the model',
    judge: eachTensor((own, tensor) =>
      isZero(own) ? { facts: { count: own.count }, level: isMatrix(tensor) ? 'warning' : 'advice' } : undefined,
    ),
  }),
  /** Outputs that are always 0; in a table of tokens, tokens that were never trained. */
  defineValueCheck({
    code: 'zero-rows',
    level: 'advice',
    says: '{tensor} has {zero} of {count, row} that are all zeros',
    hint: 'in a table of tokens these were never trained; elsewhere such outputs are always 0',
    judge: eachTensor((own, tensor) => {
      const { count, zero } = own.rows;
      return zero === 0 || isZero(own) || !isMatrix(tensor) ? undefined : { facts: { zero, count } };
    }),
  }),
  /** Blocks that hold one number over and over, as their scale is 0. Rows of zeros are told of by themselves. */
  defineValueCheck({
    code: 'zero-scales',
    level: 'advice',
    says: '{tensor} has {zero} of {blocks, block} with a scale of 0 ({share} %): all their numbers are the same',
    hint: 'the weights were that small, or quantizing them went wrong; compare with the source (diff --values)',
    judge: eachTensor((own) => {
      const zero = zeroScalesOutsideOfZeroRows(own);
      const blocks = own.scales?.blocks ?? 0;
      if (zero <= blocks * MOST_SHARE || isZero(own)) return undefined;
      return { facts: { zero, blocks, share: Math.round((100 * zero) / blocks) } };
    }),
  }),
  /** What a tensor holds that was never trained: a norm of ones, a factor of nothing. */
  defineValueCheck({
    code: 'constant-tensor',
    level: 'advice',
    says: '{tensor} holds the same number {count} times: {value}',
    hint: 'usual for a norm or a factor that was never trained',
    judge: eachTensor((own) =>
      own.constant && own.count > 1 && !isZero(own)
        ? { facts: { value: String(Number((own.min as number).toPrecision(6))), count: own.count } }
        : undefined,
    ),
  }),
];

function isZero({ zeros, count }: CheckedStatistics): boolean {
  return zeros === count;
}

/** Whether it is a matrix, or a stack of them, not a vector. */
function isMatrix({ dimensions }: ModelTensor): boolean {
  return dimensions.filter((size) => size > 1).length > 1;
}

function zeroScalesOutsideOfZeroRows({ scales, rows }: CheckedStatistics): number {
  if (scales === null) return 0;
  return scales.zero - rows.zero * (scales.blocks / rows.count);
}
