/** Mixtures of experts: how many of the stored parameters process one token. */

import type { Model, ModelTensor } from './model.js';

export interface ActiveParameters {
  /** Number of stored experts, and of experts that the router selects for each token. */
  expertCount: number;
  expertUsedCount: number;
  /** Number of parameters in routed experts, and of all others. */
  routed: number;
  dense: number;
  /** Parameters that process one token: the dense ones and the selected share of the routed ones. */
  active: number;
}

/** Whether a tensor holds routed experts: a stack with one matrix for each expert, or the matrix of one expert (old layout). */
function isRouted(tensor: ModelTensor): boolean {
  return tensor.roleRow.operation === 'mul_mat_id' || tensor.classified.expert !== null;
}

/** Null for a model without experts. The number of experts comes from the stacks, whatever the metadata states. */
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
