import { tensorTypeByName } from '../../gguf/tensor-types.js';
import { mainType, readLabel } from '../../model/label.js';
import type { Check } from '../check.js';
import { fallenBack } from './fallback-types.js';

/**
 * The label names one type and the bytes are mostly of another one. Mixes that give some matrices more bits are no disagreement as
 * long as the label's own type leads, and fallbacks have a finding of their own.
 */
export const labelDisagrees: Check = {
  code: 'label-disagrees',
  judge(model) {
    const label = readLabel(model);
    const main = label?.fileType?.main;
    const actual = mainType(model.tensors);
    if (main === undefined || actual === null || actual.type === main) return [];
    if (fallenBack(model).length > 0 || isNeighbour(main, actual.type)) return [];
    const facts = { label: label!.fileType!.name, actual: actual.type, share: Math.round(actual.share * 100) };
    return [{ code: 'label-disagrees', place: { key: 'general.file_type' }, facts }];
  },
};

/** In a small model the few matrices that a mix gives more bits (the embedding, the output) can outweigh all others. */
function isNeighbour(main: string, actual: string): boolean {
  const [a, b] = [tensorTypeByName(main), tensorTypeByName(actual)];
  return a !== undefined && b !== undefined && a.family === b.family && a.family !== 'float';
}
