import { tensorTypeByName } from '../../formats/tensor-types.js';
import { isMatrix, mainType, readLabel } from '../../model/label.js';
import { typeName } from '../../model/totals.js';
import type { Check } from '../check.js';
import { fallenBack } from './fallback-types.js';

/**
 * Share of the matrices that a mix leaves to its own type at least. Where query, key and value are one matrix, Q3_K_L gives three of
 * four matrices of a layer more bits.
 */
const LEAST_OF_A_MIX = 0.2;

/**
 * The label names one type and the file is mostly of another one. The label's own type has to lead in number or in bytes; in mixes,
 * which give many matrices more bits, it has to be there. Fallbacks have a finding of their own and do not count.
 */
export const labelDisagrees: Check = {
  code: 'label-disagrees',
  judge(model) {
    const label = readLabel(model);
    const main = tensorTypeByName(label?.fileType?.main ?? '');
    if (main === undefined) return [];
    const fallen = new Set(fallenBack(model).map(({ tensor }) => tensor));
    const matrices = model.tensors.filter((tensor) => isMatrix(tensor) && !fallen.has(tensor));
    const actual = mainType(matrices);
    if (actual === null || actual.type === main.name) return [];
    // The mix MXFP4_MOE gives MXFP4 to experts alone; all else is Q8_0, in a dense model everything.
    if (main.name === 'MXFP4' && actual.type === 'Q8_0') return [];

    const counts = new Map<string, number>();
    for (const tensor of matrices) counts.set(typeName(tensor), (counts.get(typeName(tensor)) ?? 0) + 1);
    const own = counts.get(main.name) ?? 0;
    // In a small model the few that a mix gives more bits (the embedding, the output) can outweigh all others.
    if (own > 0 && own === Math.max(...counts.values())) return [];
    if (main.blockElements === 256 && own >= matrices.length * LEAST_OF_A_MIX) return [];
    const facts = { label: label!.fileType!.name, actual: actual.type, share: Math.round(actual.share * 100) };
    return [{ code: 'label-disagrees', place: { key: 'general.file_type' }, facts }];
  },
};
