import { eachTensor, isZero } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** One number over and over is what a tensor holds that was never trained: a norm of ones, a factor of nothing. */
export const constantTensor: ValueCheck = {
  code: 'constant-tensor',
  judge: (model, values) =>
    eachTensor('constant-tensor', model, values, (own) =>
      own.constant && own.count > 1 && !isZero(own)
        ? { facts: { value: String(Number((own.min as number).toPrecision(6))), count: own.count } }
        : undefined,
    ),
};
