import { eachTensor, isMatrix, isZero } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** A matrix of nothing but zeros passes nothing on. Biases of zeros are usual, and norms of zeros are where 1 is added to them. */
export const zeroTensor: ValueCheck = {
  code: 'zero-tensor',
  judge: (model, values) =>
    eachTensor('zero-tensor', model, values, (own, tensor) =>
      isZero(own) ? { facts: { count: own.count }, level: isMatrix(tensor) ? 'warning' : 'advice' } : undefined,
    ),
};
