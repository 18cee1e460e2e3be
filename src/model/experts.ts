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

/** Null for a model without experts. The stacks say how many there are, whatever the metadata claims. */
export function activeParameters(model: Model): ActiveParameters | null {
  const { expertCount: claimed, expertUsedCount: claimedUsed } = model.hyperparameters;
  if (!claimed || !claimedUsed) return null;
  let stacked = 0;
  let routed = 0;
  let dense = 0;
  for (const tensor of model.tensors) {
    if (!isRouted(tensor)) {
      dense += tensor.elements;
      continue;
    }
    routed += tensor.elements;
    stacked = Math.max(stacked, tensor.dimensions[2] ?? 0);
  }
  if (routed === 0) return null;
  const expertCount = stacked > 1 ? stacked : claimed;
  const expertUsedCount = Math.min(claimedUsed, expertCount);
  const active = dense + Math.round((routed * expertUsedCount) / expertCount);
  return { expertCount, expertUsedCount, routed, dense, active };
}
