/**
 * The same model with every matrix in one format: whole blocks, so exact to the byte. Vectors and constants stay as they are.
 * (A quantizer mixes formats: it gives some matrices more bits and falls back where a row is no multiple of the block.)
 */

import { type TensorTypeName, tensorBytes, tensorTypeByName } from '../formats/tensor-types.js';
import type { ModelTensor } from '../model/model.js';

/** The formats of the guide's table, largest first. */
const FORMATS = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K', 'Q4_K', 'Q3_K', 'Q2_K'] as const satisfies TensorTypeName[];

export interface OtherFormat {
  type: string;
  bytes: number;
  bitsPerWeight: number;
  /** Matrices whose rows are no whole blocks of the format; they are counted in F16. */
  keptInF16: number;
}

/** Whether a quantizer would change a tensor: matrices and stacks of them, not vectors, constants or convolutions. */
function isQuantizable({ dimensions, roleRow }: ModelTensor): boolean {
  if (dimensions.length < 2 || dimensions.includes(0)) return false;
  return roleRow.kind === 'matrix' || roleRow.kind === 'lookup table' || roleRow.group === 'unknown';
}

export function inOtherFormats(tensors: readonly ModelTensor[]): OtherFormat[] {
  const f16 = tensorTypeByName('F16');
  const parameters = tensors.reduce((sum, tensor) => sum + tensor.elements, 0);
  if (parameters === 0) return [];
  let unchanged = 0;
  // A model has few different shapes: each is worked out once for all tensors that have it.
  const shapes = new Map<string, { dimensions: readonly number[]; count: number }>();
  for (const tensor of tensors) {
    const shape = shapes.get(tensor.dimensions.join());
    if (!isQuantizable(tensor)) unchanged += tensor.bytes ?? 0;
    else if (shape) shape.count++;
    else shapes.set(tensor.dimensions.join(), { dimensions: tensor.dimensions, count: 1 });
  }
  return FORMATS.map((name) => {
    const type = tensorTypeByName(name);
    let bytes = unchanged;
    let keptInF16 = 0;
    for (const { dimensions, count } of shapes.values()) {
      const whole = (dimensions[0] as number) % type.blockElements === 0;
      bytes += count * tensorBytes(whole ? type : f16, dimensions);
      if (!whole) keptInF16 += count;
    }
    return { type: name, bytes, bitsPerWeight: (bytes * 8) / parameters, keptInF16 };
  });
}
