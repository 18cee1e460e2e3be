/** Control vectors: one direction for each layer, which llama.cpp adds with --control-vector (common/common.cpp, llama-adapter.cpp). */

import type { ModelTensor } from '../../model/model.js';
import { controlVector, languageModels } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { tensorPlace } from '../place.js';

export const CONTROL_VECTOR_CHECKS = [
  /** The number in the name is the layer, from 1. A direction for layer 0, the input of the first layer, is not allowed. */
  defineCheck({
    code: 'control-vector-layer',
    group: 'model',
    level: 'error',
    says: '{tensor} {what} ({count, tensor} of this kind)',
    hint: 'llama.cpp refuses the whole file; number the directions by their layers, from direction.1 on',
    appliesTo: controlVector,
    judge({ model }) {
      const wrong = model.tensors.filter((tensor) => !((layerOf(tensor) ?? 0) >= 1));
      const [first] = wrong;
      if (first === undefined) return [];
      const what = layerOf(first) === 0 ? 'is for layer 0, but layers are counted from 1' : 'is not named direction.N';
      return [{ place: tensorPlace(first), facts: { tensor: first.name, what, count: wrong.length } }];
    },
  }),
  /** Directions are added element by element. */
  defineCheck({
    code: 'control-vector-tensor',
    group: 'model',
    level: 'error',
    says: '{tensor} {what}',
    hint: 'llama.cpp requires one-dimensional F32 directions of equal length',
    appliesTo: controlVector,
    judge({ model }) {
      const length = model.tensors[0]?.elements;
      return model.tensors.flatMap((tensor) => {
        const what = unlike(tensor, length as number);
        return what === null ? [] : [{ place: tensorPlace(tensor), facts: { tensor: tensor.name, what } }];
      });
    },
  }),
  defineCheck({
    code: 'control-vector-empty',
    group: 'model',
    level: 'error',
    says: 'the control vector has no directions',
    hint: 'compute it again with llama-cvector-generator',
    appliesTo: controlVector,
    judge({ model }) {
      return model.tensors.length === 0 ? [{ place: { key: 'general.architecture' } }] : [];
    },
  }),
  /** A direction is added to the output vector of a layer, so both have the same length. */
  defineCheck({
    code: 'control-vector-misfit',
    group: 'model',
    level: 'error',
    says: 'its directions have length {length}, but the vectors of {model} have length {wanted}',
    hint: 'use the control vector that was made for this model',
    appliesTo: controlVector,
    judge({ model, neighbors }) {
      const bases = languageModels(neighbors);
      const [tensor] = model.tensors;
      const [base] = bases;
      if (tensor === undefined || base === undefined) return [];
      const fits = (length: number | null) => length === null || length === tensor.elements;
      if (bases.some((one) => fits(one.model.hyperparameters.embeddingLength))) return [];
      const wanted = base.model.hyperparameters.embeddingLength as number;
      return [{ place: tensorPlace(tensor), facts: { length: tensor.elements, model: base.fileName, wanted } }];
    },
  }),
];

/** The number that llama.cpp reads from a name; null if there is none. llama.cpp ignores everything after the number. */
function layerOf({ name }: ModelTensor): number | null {
  const [, number] = /^direction\.\s*([+-]?\d{1,9})/.exec(name) ?? [];
  return number === undefined ? null : Number(number);
}

function unlike({ type, dimensions, elements }: ModelTensor, length: number): string | null {
  if (type?.name !== 'F32') return `is of type ${type?.name ?? 'unknown'}, not F32`;
  if (dimensions.slice(1).some((axis) => axis > 1)) return `has the shape ${dimensions.join(' × ')}, not one dimension`;
  return elements === length ? null : `has ${elements} numbers, but the first direction has ${length}`;
}
