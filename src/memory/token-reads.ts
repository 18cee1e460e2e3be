/**
 * The bytes that must be read from memory for each new token, which is why bandwidth limits a model's speed. All weights count, except that
 * only a row of a lookup table is read, and only the chosen share of routed experts.
 */

import { activeParameters } from '../model/experts.js';
import type { Model, ModelTensor } from '../model/model.js';
import { placedWeights } from './loaded-weights.js';

/** Bytes of weights read for one token: the average if experts are chosen; every other matrix is read as a whole. */
export function weightBytesPerToken(model: Model): number {
  const experts = activeParameters(model);
  const picked = experts === null ? 1 : experts.expertUsedCount / experts.expertCount;
  let bytes = 0;
  for (const tensor of model.tensors) {
    if (tensor.bytes !== null) bytes += tensor.bytes * readOfTensor(tensor, picked).share;
  }
  return Math.round(bytes + placedWeights(model).tiedBytes);
}

/** The share of a tensor that one token reads: a row of a lookup table, the share `picked` (0 to 1) of routed experts, else all of it. */
export function readOfTensor(
  { classified, roleRow, dimensions }: ModelTensor,
  picked: number,
): { share: number; isLookup: boolean } {
  if (roleRow.kind === 'lookup table') return { share: 1 / Math.max(1, dimensions[1] ?? 1), isLookup: true };
  const routed = roleRow.operation === 'mul_mat_id' || classified.expert !== null;
  return { share: routed ? picked : 1, isLookup: false };
}
