import { eachTensor, isZero } from '../each-tensor.js';
import type { CheckedStatistics, ValueCheck } from '../value-check.js';

/** Fewer are blocks that were all zeros before they were quantized. */
const MOST_SHARE = 0.01;

/** Blocks that hold one number over and over, as their scale is 0. Rows of zeros are told of by themselves. */
export const zeroScales: ValueCheck = {
  code: 'zero-scales',
  judge: (model, values) =>
    eachTensor('zero-scales', model, values, (own) => {
      const zero = outsideOfZeroRows(own);
      const blocks = own.scales?.blocks ?? 0;
      if (zero <= blocks * MOST_SHARE || isZero(own)) return undefined;
      return { facts: { zero, blocks, share: Math.round((100 * zero) / blocks) } };
    }),
};

function outsideOfZeroRows({ scales, rows }: CheckedStatistics): number {
  if (scales === null) return 0;
  return scales.zero - rows.zero * (scales.blocks / rows.count);
}
