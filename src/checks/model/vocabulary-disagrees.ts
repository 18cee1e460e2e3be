import type { Model, ModelTensor } from '../../model/model.js';
import { vocabularyOf } from '../../model/vocabulary.js';
import type { Check } from '../check.js';
import { governing } from '../governing-file.js';
import { tensorPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Tensors with one row, or one number, for each token, and the axis that counts them. */
const BY_TOKEN: Readonly<Record<string, number>> = { 'token_embd.weight': 1, 'output.weight': 1, 'output.bias': 0 };

/** Its "output" are the numbers of a spectrum. */
const WITHOUT_TOKENS: ReadonlySet<string> = new Set(['wavtokenizer-dec']);

/** The loader demands exactly one row for each token: padding rows are refused as missing ones are. */
export const vocabularyDisagrees: Check = {
  code: 'vocabulary-disagrees',
  judge(model, surroundings) {
    const said = governing(model, surroundings);
    if (said === null || !isKnownModel(said) || WITHOUT_TOKENS.has(said.hyperparameters.architecture ?? '')) return [];
    const vocabulary = vocabularyOf(said);
    if (vocabulary === null) return [];
    return disagreeing(model, vocabulary.size).map((tensor) => ({
      code: 'vocabulary-disagrees',
      place: tensorPlace(tensor),
      facts: { tensor: tensor.name, rows: rowsOf(tensor), tokens: vocabulary.size, key: vocabulary.key },
    }));
  },
};

function disagreeing({ tensors }: Model, tokens: number): ModelTensor[] {
  return tensors.filter((tensor) => Object.hasOwn(BY_TOKEN, tensor.name) && rowsOf(tensor) !== tokens);
}

function rowsOf({ name, dimensions }: ModelTensor): number {
  return dimensions[BY_TOKEN[name] as number] ?? 1;
}
