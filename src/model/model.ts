/** The meaning of a file: its hyperparameters, and each tensor with its role and its shape as a transformation. */

import type { Tensor } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import { ROLES, type Role } from '../words/roles.js';
import { type Classified, classify } from './classify.js';
import type { Family } from './families.js';
import { findFamily } from './family.js';
import { type Hyperparameters, readHyperparameters } from './hyperparameters.js';
import { elementsOf, originalShapes } from './original-shapes.js';
import { type Shape, shapeOf } from './shape.js';

/** A tensor of the file with its role. */
export interface ModelTensor extends Tensor {
  classified: Classified;
  roleRow: Role;
  shape: Shape;
}

export interface Model {
  file: GgufFile;
  hyperparameters: Hyperparameters;
  /** Only for models of programs other than llama.cpp; null for all others. */
  family: Family | null;
  /** In file order. */
  tensors: readonly ModelTensor[];
}

const interpreted = new WeakMap<GgufFile, Model>();

/** Returns the model of a file, built once for each file, because a model takes as much memory as the header itself. */
export function interpret(file: GgufFile): Model {
  let model = interpreted.get(file);
  if (model === undefined) {
    model = interpretAnew(file);
    interpreted.set(file, model);
  }
  return model;
}

function interpretAnew(file: GgufFile): Model {
  const hyperparameters = readHyperparameters(file);
  const family = findFamily(file);
  const originals = originalShapes(file);
  const tensors = file.tensors.map((tensor): ModelTensor => {
    const classified = classify(tensor.name, family);
    const roleRow: Role = ROLES[classified.role];
    const original = originals.get(tensor.name)?.dimensions ?? null;
    const agrees = original !== null && elementsOf(original) === tensor.elements;
    const shape = shapeOf(agrees ? original : tensor.dimensions, roleRow, classified.layer, hyperparameters);
    return { ...tensor, classified, roleRow, shape: agrees ? { ...shape, stored: tensor.dimensions } : shape };
  });
  return { file, hyperparameters, family, tensors };
}

/** Qwen 4's output norm is the norm in the mix of its residual streams. */
const NORM_OF_STREAMS = 'output_hc_norm.weight';

/** Whether there is a norm between the last layer and the output. In LFM2 it has the name of an embedding norm. */
export function hasFinalNorm({ tensors, hyperparameters }: Model): boolean {
  const name = hyperparameters.architecture?.startsWith('lfm2') ? 'token-embedding-norm' : 'output-norm';
  return tensors.some(
    (tensor) =>
      tensor.classified.role === name || tensor.classified.role === 'output-norm' || tensor.name === NORM_OF_STREAMS,
  );
}
