/** The embedding table: a row for each token. */

import type { Model, ModelTensor } from './model.js';

export function tokenTable({ tensors }: Model): ModelTensor | undefined {
  return tensors.find(({ classified, dimensions }) => classified.role === 'token-embedding' && dimensions.length > 1);
}
