/**
 * The tensors that lessons use as examples. They are chosen in one place, so that the data that is read belongs to the tensor in the text.
 */

import type { Model, ModelTensor } from '../model/model.js';

/** A matrix of the text model with one input and one output vector: the queries of the first layer, if there are any. */
export function exampleMatrix({ tensors }: Model): ModelTensor | undefined {
  const matrices = tensors.filter(
    ({ roleRow, shape }) => roleRow.operation === 'mul_mat' && shape.in && shape.out && !shape.copies,
  );
  return matrices.find(({ classified }) => classified.role === 'attention-query') ?? matrices[0];
}

/** A matrix in a block format: the example matrix, if it has one. */
export function blockMatrix(model: Model): ModelTensor | undefined {
  const inBlocks = (tensor: ModelTensor | undefined) =>
    (tensor?.type?.blockElements ?? 1) > 1 && tensor?.elements !== 0;
  const example = exampleMatrix(model);
  return inBlocks(example) ? example : model.tensors.find(inBlocks);
}

// The tensor data that a lesson shows. It is read beforehand, because building a report does not read files.

export interface LessonSample {
  /** The token whose row is looked up, and its piece if the file has a vocabulary. */
  token?: { id: number; piece: string | null };
  /** The first elements of that row. */
  row?: readonly number[];
  /** The first elements of the example matrix. */
  weights?: readonly number[];
  /** The first block of a quantized matrix. */
  block?: SampleBlock;
}

export interface SampleBlock {
  fields: readonly { name: string; bytes: Uint8Array; meaning: string }[];
  formula: string | null;
  examples: readonly { index: number; computation: string; value: number }[];
}
