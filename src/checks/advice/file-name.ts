/** Compares the name of a file with its contents. */

import { metadataValue } from '../../gguf/decode.js';
import { fileTypeInName, isPartByName, parametersOfSize, readFileName, sizeInName } from '../../model/file-name.js';
import { kindOf } from '../../model/kind.js';
import { readLabel } from '../../model/label.js';
import { namedByPeople } from '../applies-to.js';
import { defineCheck } from '../define-check.js';

/** Factor between the parameters in the name and in the file that rounding, or leaving out embeddings, cannot explain. */
const BY_FAR = 2;

export const FILE_NAME_CHECKS = [
  /** The name gives one file type and the label in the file another: one of them is left over from an earlier version of the file. */
  defineCheck({
    code: 'file-name-encoding',
    group: 'advice',
    level: 'advice',
    says: 'the file name {name} says {named}, but the label in the file says {label}',
    hint: 'rename the file after its contents',
    appliesTo: namedByPeople,
    judge({ model, fileName }) {
      const named = fileTypeInName(fileName);
      const label = readLabel(model);
      if (named === null || label?.fileType === undefined || label.guessed || label.fileType.name === named) return [];
      const facts = { name: fileName, named, label: label.fileType.name };
      return [{ place: { key: 'general.file_type' }, facts }];
    },
  }),
  /**
   * The size in the name disagrees with the tensors. Shards are not judged, because they hold only a part, nor companions, because they are
   * not models.
   */
  defineCheck({
    code: 'file-name-size',
    group: 'advice',
    level: 'advice',
    says: 'the file name {name} says {size}, but the tensors have {counted, parameter}',
    hint: 'rename the file after its contents',
    appliesTo: namedByPeople,
    judge({ model, fileName }) {
      if (isPartByName(fileName) || kindOf(model) !== 'model') return [];
      const size = sizeInName(fileName);
      const shards = metadataValue(model.file, 'split.count');
      const counted = model.tensors.reduce((sum, { elements }) => sum + elements, 0);
      if (size === null || counted === 0 || (typeof shards === 'number' && shards > 1)) return [];
      const { least, most } = parametersOfSize(size);
      if (counted * BY_FAR >= least && counted <= most * BY_FAR) return [];
      return [{ place: { offset: 0 }, facts: { name: fileName, size, counted } }];
    },
  }),
];

/** Reported last, because it concerns only the name, not the contents. */
export const NAMING_CONVENTION_CHECKS = [
  /** A name that does not have base, size and encoding where people and programs look for them. */
  defineCheck({
    code: 'file-name-unconventional',
    group: 'advice',
    level: 'advice',
    says: 'the file name {name} does not follow the naming convention: {why}',
    hint: 'an example: Llama-3-8B-Instruct-v1.0-Q4_K_M.gguf has base, size, fine-tune, version and encoding',
    appliesTo: namedByPeople,
    judge({ fileName }) {
      const parts = readFileName(fileName);
      if (!('why' in parts)) return [];
      return [{ place: { offset: 0 }, facts: { name: fileName, why: parts.why } }];
    },
  }),
];
