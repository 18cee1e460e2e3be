/**
 * What has to be read from memory for each new token: the reason why the speed of a model is bound by bandwidth. All weights but the
 * lookup tables, of which a row is read, and of routed experts the share that is picked.
 */

import { activeParameters } from '../model/experts.js';
import type { Model } from '../model/model.js';
import { placedWeights } from './loaded-weights.js';

/** Bytes of weights that one token passes. Where experts are picked it is the average; every other matrix is read whole. */
export function weightBytesPerToken(model: Model): number {
  const experts = activeParameters(model);
  const share = experts === null ? 1 : experts.expertUsedCount / experts.expertCount;
  let bytes = 0;
  for (const { bytes: size, classified, roleRow, dimensions } of model.tensors) {
    if (size === null) continue;
    const routed = roleRow.operation === 'mul_mat_id' || classified.expert !== null;
    if (roleRow.kind === 'lookup table') bytes += size / Math.max(1, dimensions[1] ?? 1);
    else bytes += routed ? size * share : size;
  }
  return Math.round(bytes + placedWeights(model).tiedBytes);
}
