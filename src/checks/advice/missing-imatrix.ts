import { isMatrix, readLabel } from '../../model/label.js';
import { typeName } from '../../model/totals.js';
import type { Check } from '../check.js';
import { listed } from '../listed.js';

/** Types that llama.cpp's quantizer refuses to make without an importance matrix (tensor_requires_imatrix). */
const WANTING: ReadonlySet<string> = new Set(['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ3_XXS']);

/** The quantizer asks for none here. */
const EXEMPT: ReadonlySet<string> = new Set(['token-embedding', 'output']);

/** Matrices of very few bits, and no word of the importance matrix that keeps such a model usable. */
export const missingImatrix: Check = {
  code: 'missing-imatrix',
  judge(model) {
    if (model.file.metadata.some(({ key }) => key.startsWith('quantize.imatrix.'))) return [];
    const small = readLabel(model)?.fileType?.name === 'Q2_K_S';
    const wanting = model.tensors.filter((tensor) => {
      if (!isMatrix(tensor) || EXEMPT.has(tensor.classified.role)) return false;
      return WANTING.has(typeName(tensor)) || (small && typeName(tensor) === 'Q2_K');
    });
    const [first] = wanting;
    if (first === undefined) return [];
    const place = { offset: first.offset, tensor: first.name };
    return [{ code: 'missing-imatrix', place, facts: { count: wanting.length, types: listed(wanting.map(typeName)) } }];
  },
};
