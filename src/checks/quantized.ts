/** Whether a file has weights in a format of blocks, which `general.quantization_version` speaks of. */

import type { Model } from '../model/model.js';

export function isQuantized({ tensors }: Model): boolean {
  return tensors.some(({ type }) => type !== undefined && type.blockElements > 1);
}
