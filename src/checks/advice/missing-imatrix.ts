import { needsImatrix } from '../../formats/file-types.js';
import { isMatrix, readLabel } from '../../model/label.js';
import { typeName } from '../../model/totals.js';
import type { Check } from '../check.js';
import { listed } from '../listed.js';

/** The quantizer asks for none here. */
const EXEMPT: ReadonlySet<string> = new Set(['token-embedding', 'output']);

/** Matrices of very few bits, and no word of the importance matrix that keeps such a model usable. */
export const missingImatrix: Check = {
  code: 'missing-imatrix',
  judge(model) {
    if (model.file.metadata.some(({ key }) => key.startsWith('quantize.imatrix.'))) return [];
    const fileType = readLabel(model)?.fileType;
    const wanting = model.tensors.filter((tensor) => {
      if (!isMatrix(tensor) || EXEMPT.has(tensor.classified.role)) return false;
      return needsImatrix(tensor.type, fileType);
    });
    const [first] = wanting;
    if (first === undefined) return [];
    const place = { offset: first.offset, tensor: first.name };
    return [{ code: 'missing-imatrix', place, facts: { count: wanting.length, types: listed(wanting.map(typeName)) } }];
  },
};
