/** The position of one tensor's numbers, or why they cannot be read. */

import { UsageError } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { ModelTensor } from '../model/model.js';
import { UNREADABLE, type Unreadable } from '../words/unreadable.js';
import { isReadable, type ReadableData, tensorDataOf } from './tensor-data.js';
import { dataEndsEarly } from './weights-error.js';

/**
 * The data of a tensor; null if it has no numbers. Throws UsageError if its type cannot be dequantized, and GgufError if the file ends too
 * early.
 */
export function readableTensor(file: GgufFile, tensor: ModelTensor): ReadableData | null {
  const data = tensorDataOf(file, tensor);
  if (isReadable(data)) return data;
  const why = data.unreadable as Unreadable;
  if (why === 'empty') return null;
  if (why !== 'data-missing') {
    throw new UsageError(why, `the numbers of ${tensor.name} cannot be read: ${UNREADABLE[why].clause}`);
  }
  const end = data.end ?? 0;
  throw dataEndsEarly(data, end, { none: end <= file.dataStart });
}
