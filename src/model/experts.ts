/** Mixtures of experts: how many of the stored parameters work on one token. */

import type { Model, ModelTensor } from './model.js';

export interface ActiveParameters {
  /** Experts stored, and experts that the router picks for each token. */
  expertCount: number;
  expertUsedCount: number;
  /** Parameters in routed experts, and all others. */
  routed: number;
  dense: number;
  /** Parameters that one token passes: the dense ones and the picked share of the routed ones. */
  active: number;
}

/** Whether a tensor holds routed experts: a stack with one matrix for each, or one matrix of one expert (old layout). */
function isRouted(tensor: ModelTensor): boolean {
  return tensor.roleRow.operation === 'mul_mat_id' || tensor.classified.expert !== null;
}

/** Null for a model without experts. */
export function activeParameters(model: Model): ActiveParameters | null {
  const { expertCount, expertUsedCount } = model.hyperparameters;
  if (!expertCount || !expertUsedCount) return null;
  let routed = 0;
  let dense = 0;
  for (const tensor of model.tensors) {
    if (isRouted(tensor)) routed += tensor.elements;
    else dense += tensor.elements;
  }
  if (routed === 0) return null;
  const share = Math.min(1, expertUsedCount / expertCount);
  return { expertCount, expertUsedCount, routed, dense, active: dense + Math.round(routed * share) };
}
