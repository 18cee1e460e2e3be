/** The entries of an importance matrix: one for each matrix of the model that it was measured with. */

import { metadataValue } from '../gguf/decode.js';
import { asArray, entryOf } from './entries.js';
import { numberOrNull } from './hyperparameters.js';
import type { Model, ModelTensor } from './model.js';

export interface ImportanceEntry {
  /** The name of the measured matrix in the model. */
  of: string;
  /** Sums of squares of its inputs, and how often each expert (or the single matrix) was used. Null if that half is missing. */
  sums: ModelTensor | null;
  counts: ModelTensor | null;
  /** Number of inputs of the matrix, and of matrices in a stack of experts. Null without the sums. */
  inputs: number | null;
  matrices: number;
}

/** In the order of the file. */
export function importanceEntries(tensors: readonly ModelTensor[]): ImportanceEntry[] {
  const entries = new Map<string, ImportanceEntry>();
  for (const tensor of tensors) {
    const [, of, part] = /^(.+)\.(in_sum2|counts)$/s.exec(tensor.name) ?? [];
    if (of === undefined) continue;
    let entry = entries.get(of);
    if (entry === undefined) {
      entry = { of, sums: null, counts: null, inputs: null, matrices: 1 };
      entries.set(of, entry);
    }
    if (part === 'counts') {
      entry.counts = tensor;
    } else {
      entry.sums = tensor;
      entry.inputs = tensor.dimensions[0] ?? 1;
      entry.matrices = tensor.dimensions.slice(1).reduce((product, axis) => product * axis, 1);
    }
  }
  return [...entries.values()];
}

/** The metadata about the measurement. */
export interface ImportanceFacts {
  datasets: string[];
  chunkCount: number | null;
  chunkSize: number | null;
}

export function importanceFacts({ file }: Model): ImportanceFacts {
  const number = (key: string) => numberOrNull(metadataValue(file, `imatrix.${key}`));
  const texts = asArray(entryOf(file, 'imatrix.datasets'))?.items ?? [];
  return {
    datasets: texts.filter((text): text is string => typeof text === 'string'),
    chunkCount: number('chunk_count'),
    chunkSize: number('chunk_size'),
  };
}
