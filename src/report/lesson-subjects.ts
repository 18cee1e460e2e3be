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

// What a lesson shows of the data of a model, beyond the header: read beforehand, since a report reads nothing.

export interface LessonSample {
  /** The token whose row is looked up, and its piece where the file has a vocabulary. */
  token?: { id: number; piece: string | null };
  /** The first numbers of that row. */
  row?: readonly number[];
  /** The first numbers of the matrix that lessons take as an example. */
  weights?: readonly number[];
  /** The first block of a quantized matrix. */
  block?: SampleBlock;
}

export interface SampleBlock {
  fields: readonly { name: string; bytes: Uint8Array; meaning: string }[];
  formula: string | null;
  examples: readonly { index: number; computation: string; value: number }[];
}
