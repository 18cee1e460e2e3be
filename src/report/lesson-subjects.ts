/** The tensors that lessons take as examples: chosen once, so that what is read from the file is what is told about. */

import type { Model, ModelTensor } from '../model/model.js';

/** A matrix of the text model that takes one vector and gives one: the queries of the first layer where there are any. */
export function exampleMatrix({ tensors }: Model): ModelTensor | undefined {
  const matrices = tensors.filter(
    ({ roleRow, shape }) => roleRow.operation === 'mul_mat' && shape.in && shape.out && !shape.copies,
  );
  return matrices.find(({ classified }) => classified.role === 'attention-query') ?? matrices[0];
}

/** A matrix that is kept in blocks of several numbers; the example where it is one. */
export function blockMatrix(model: Model): ModelTensor | undefined {
  const inBlocks = (tensor: ModelTensor | undefined) =>
    (tensor?.type?.blockElements ?? 1) > 1 && tensor?.elements !== 0;
  const example = exampleMatrix(model);
  return inBlocks(example) ? example : model.tensors.find(inBlocks);
}
