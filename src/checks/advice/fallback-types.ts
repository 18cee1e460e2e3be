import { LAST_FALLBACK, TENSOR_TYPES, tensorTypeByName } from '../../formats/tensor-types.js';
import { isMatrix, readLabel } from '../../model/label.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { typeName } from '../../model/totals.js';
import type { Check } from '../check.js';

/**
 * What the quantizer takes where a row is no multiple of the block of the type that it wanted (llama.cpp, tensor_type_fallback): a
 * type with blocks of 32, or F16 where even those do not fit.
 */
const FALLBACKS: ReadonlySet<string | null> = new Set([...TENSOR_TYPES.map(({ fallback }) => fallback), LAST_FALLBACK]);

/** What it takes for the types with superblocks that it wants for the embedding and the output only. */
const FALLBACKS_OF_ENDS: ReadonlySet<string | null> = new Set([
  tensorTypeByName('Q4_K').fallback,
  tensorTypeByName('Q6_K').fallback,
  LAST_FALLBACK,
]);

/** Types without a mix: the embedding and the output are of the label's type too, or of Q8_0 by intent. */
const UNMIXED: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16', 'Q8_0', 'MXFP4', 'NVFP4']);

/** Elements in a block of the types with superblocks (Q2_K to Q6_K and most IQ types). */
const SUPERBLOCK = 256;

interface Fallen {
  tensor: ModelTensor;
  /** Elements of a block of the type that was wanted, and its name. */
  block: number;
  wanted: string;
}

/** Matrices in a fallback type because their rows are no multiple of the block of the type that the label asks for. */
export function fallenBack(model: Model): Fallen[] {
  const main = tensorTypeByName(readLabel(model)?.fileType?.main ?? '');
  if (main === undefined || main.blockElements === 1) return [];
  const fallen: Fallen[] = [];
  for (const tensor of model.tensors) {
    if (!isMatrix(tensor) || typeName(tensor) === main.name) continue;
    // Whatever the label, the quantizer wants a type with superblocks for these two.
    const ends = ['output', 'token-embedding'].includes(tensor.classified.role) && !UNMIXED.has(main.name);
    const superblock = ends && FALLBACKS_OF_ENDS.has(typeName(tensor));
    if (!superblock && !FALLBACKS.has(typeName(tensor))) continue;
    const block = superblock ? SUPERBLOCK : main.blockElements;
    const wanted = block === main.blockElements ? main.name : 'a K type';
    if ((tensor.dimensions[0] as number) % block !== 0) fallen.push({ tensor, block, wanted });
  }
  return fallen;
}

export const fallbackTypes: Check = {
  code: 'fallback-types',
  judge(model) {
    const fallen = fallenBack(model);
    const [first] = fallen;
    if (first === undefined) return [];
    const facts = {
      count: fallen.length,
      types: [...new Set(fallen.map(({ tensor }) => typeName(tensor)))].join(', '),
      row: [...new Set(fallen.map(({ tensor }) => tensor.dimensions[0]))].slice(0, 4).join(', '),
      block: first.block,
      main: first.wanted,
    };
    const place = { offset: first.tensor.offset, tensor: first.tensor.name };
    return [{ code: 'fallback-types', place, facts }];
  },
};
