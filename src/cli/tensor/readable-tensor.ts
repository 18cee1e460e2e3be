/** The one tensor that a command is about, with its numbers where they can be read. */

import type { GgufFile } from '../../gguf/decode.js';
import type { FoldedTensor } from '../../model/fold.js';
import type { ModelTensor } from '../../model/model.js';
import { formatCount } from '../../report/quantity.js';
import { isReadable, type ReadableData, tensorDataOf } from '../../tensor-data/tensor-data.js';
import { dataEndsEarly } from '../../tensor-data/weights-error.js';
import { UNREADABLE, type Unreadable } from '../../words/unreadable.js';
import { UsageError } from '../usage-error.js';

/** Throws UsageError where several match: `what` is what can be had of one alone. */
export function theOneTensor(rows: readonly FoldedTensor[], pattern: string, what: string): ModelTensor {
  const members = rows.flatMap((row) => row.members);
  const [first] = members;
  if (first !== undefined && members.length === 1) return first;
  const message = `${pattern} stands for ${formatCount(members.length, 'tensor')}, and ${what} is of one`;
  throw new UsageError('several-tensors', message, `name one, such as ${first?.name}`);
}

/**
 * The data of a tensor; null where it has no numbers. Throws UsageError where they have no form as numbers, and GgufError where the file
 * ends before they do.
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
