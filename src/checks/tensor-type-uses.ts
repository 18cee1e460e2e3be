/** The tensor types that a file uses and a rule asks for: each with its first tensor and the number of its tensors. */

import type { TensorType } from '../formats/tensor-types.js';
import type { Tensor } from '../gguf/data-layout.js';

export interface TensorTypeUse {
  type: TensorType | undefined;
  first: Tensor;
  count: number;
}

/** In the order of their first tensors. Types are told apart by their ids. */
export function usesOfTypes(
  tensors: readonly Tensor[],
  isAskedFor: (type: TensorType | undefined) => boolean,
): TensorTypeUse[] {
  const uses = new Map<number, TensorTypeUse>();
  for (const first of tensors) {
    const { type, typeId } = first;
    const use = uses.get(typeId);
    if (use) use.count++;
    else if (isAskedFor(type)) uses.set(typeId, { type, first, count: 1 });
  }
  return [...uses.values()];
}
