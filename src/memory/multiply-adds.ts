/**
 * Multiply-adds of a tensor for one token: a matrix uses each of its numbers once; a stack of experts only those of the chosen experts; a
 * lookup copies a row and a bias is added, so neither multiplies.
 */

import type { Hyperparameters } from '../model/hyperparameters.js';
import type { ModelTensor } from '../model/model.js';

/** Null if the count depends on more than the tensor (convolutions over an image, scans). */
export function multiplyAddsPerToken(tensor: ModelTensor, hyperparameters: Hyperparameters): number | null {
  switch (tensor.roleRow.operation) {
    case 'mul_mat':
    case 'mul':
    case 'div':
      return tensor.classified.expert === null ? tensor.elements : pickedShare(tensor, hyperparameters);
    case 'mul_mat_id':
      return pickedShare(tensor, hyperparameters);
    case 'add':
    case 'get_rows':
    case 'none':
      return 0;
    default:
      return null;
  }
}

function pickedShare(tensor: ModelTensor, { expertCount, expertUsedCount }: Hyperparameters): number | null {
  if (!expertCount || !expertUsedCount) return null;
  return Math.round((tensor.elements * Math.min(expertUsedCount, expertCount)) / expertCount);
}
