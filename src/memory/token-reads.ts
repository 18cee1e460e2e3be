/**
 * What has to be read from memory for each new token: the reason why the speed of a model is bound by bandwidth. All weights but the
 * lookup tables, of which a row is read, and of routed experts the share that is picked.
 */

import { activeParameters } from '../model/experts.js';
import type { Model, ModelTensor } from '../model/model.js';
import { placedWeights } from './loaded-weights.js';

/** Bytes of weights that one token passes. Where experts are picked it is the average; every other matrix is read whole. */
export function weightBytesPerToken(model: Model): number {
  const experts = activeParameters(model);
  const picked = experts === null ? 1 : experts.expertUsedCount / experts.expertCount;
  let bytes = 0;
  for (const tensor of model.tensors) {
    if (tensor.bytes !== null) bytes += tensor.bytes * readOfTensor(tensor, picked).share;
  }
  return Math.round(bytes + placedWeights(model).tiedBytes);
}

/** How much of a tensor one token reads: a row of a lookup table, of routed experts those that are `picked` (0 to 1), else all of it. */
export function readOfTensor(
  { classified, roleRow, dimensions }: ModelTensor,
  picked: number,
): { share: number; isLookup: boolean } {
  if (roleRow.kind === 'lookup table') return { share: 1 / Math.max(1, dimensions[1] ?? 1), isLookup: true };
  const routed = roleRow.operation === 'mul_mat_id' || classified.expert !== null;
  return { share: routed ? picked : 1, isLookup: false };
}
