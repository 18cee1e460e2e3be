import { tensorTypeByName } from '../../gguf/tensor-types.js';
import { isMatrix, readLabel } from '../../model/label.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { typeName } from '../../model/totals.js';
import type { Check } from '../check.js';

/**
 * What the quantizer takes where a row is no multiple of 256 (llama.cpp, tensor_type_fallback): a type with blocks of 32, or F16
 * where even those do not fit.
 */
const FALLBACKS: ReadonlySet<string> = new Set(['IQ4_NL', 'Q4_0', 'Q5_0', 'Q5_1', 'Q8_0', 'F16']);

/** Matrices in a fallback type because their rows are no multiple of the block of the label's type. */
export function fallenBack(model: Model): ModelTensor[] {
  const main = tensorTypeByName(readLabel(model)?.fileType?.main ?? '');
  if (main === undefined || main.blockElements < 256) return [];
  return model.tensors.filter(
    (tensor) =>
      isMatrix(tensor) &&
      (tensor.dimensions[0] as number) % main.blockElements !== 0 &&
      FALLBACKS.has(typeName(tensor)),
  );
}

export const fallbackTypes: Check = {
  code: 'fallback-types',
  judge(model) {
    const fallen = fallenBack(model);
    const [first] = fallen;
    if (first === undefined) return [];
    const main = tensorTypeByName(readLabel(model)!.fileType!.main)!;
    const facts = {
      count: fallen.length,
      types: [...new Set(fallen.map(typeName))].join(', '),
      row: [...new Set(fallen.map(({ dimensions }) => dimensions[0]))].slice(0, 4).join(', '),
      block: main.blockElements,
      main: main.name,
    };
    return [{ code: 'fallback-types', place: { offset: first.offset, tensor: first.name }, facts }];
  },
};
