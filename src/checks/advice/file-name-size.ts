import { metadataValue } from '../../gguf/decode.js';
import { isGivenByPeople, isPartByName, parametersOfSize, sizeInName } from '../../model/file-name.js';
import { kindOf } from '../../model/kind.js';
import type { Check } from '../check.js';

/** How many times more or fewer parameters than the name says are no matter of rounding or of counting embeddings any more. */
const BY_FAR = 2;

/** The name says how large the model is, and the tensors say otherwise. A shard holds a part only, a companion is no model. */
export const fileNameSize: Check = {
  code: 'file-name-size',
  judge(model, { fileName }) {
    if (!isGivenByPeople(fileName) || isPartByName(fileName) || kindOf(model) !== 'model') return [];
    const size = sizeInName(fileName);
    const shards = metadataValue(model.file, 'split.count');
    const counted = model.tensors.reduce((sum, { elements }) => sum + elements, 0);
    if (size === null || counted === 0 || (typeof shards === 'number' && shards > 1)) return [];
    const { least, most } = parametersOfSize(size);
    if (counted * BY_FAR >= least && counted <= most * BY_FAR) return [];
    return [{ code: 'file-name-size', place: { offset: 0 }, facts: { name: fileName, size, counted } }];
  },
};
