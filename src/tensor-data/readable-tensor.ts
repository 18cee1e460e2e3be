/** Where the numbers of one tensor are, or why it has none that can be read. */

import { UsageError } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { ModelTensor } from '../model/model.js';
import { dataEndsEarly } from './tensor-ranges.js';
import { type NotScanned, type ValueTensor, valueTensors } from './value-tensors.js';

const REASONS: Readonly<Record<Exclude<NotScanned, 'data-missing' | 'empty'>, string>> = {
  'no-float-form': 'is of a type that has no known form as numbers',
  'uneven-rows': 'has rows that are no whole blocks of its type',
  overlapping: 'lies on top of other tensors',
};

/**
 * Where the numbers of a tensor are; null where it has none. Throws UsageError where they have no form as numbers, and GgufError where
 * the file ends before they do.
 */
export function readableTensor(file: GgufFile, tensor: ModelTensor): ValueTensor | null {
  const { tensors, left } = valueTensors({ ...file, tensors: [tensor] }, null);
  const why = left.get(0);
  if (why === 'empty') return null;
  if (why === 'data-missing') {
    const range = { name: tensor.name, position: tensor.fileOffset, bytes: tensor.bytes ?? 0 };
    const end = file.size ?? 0;
    throw dataEndsEarly(range, end, { none: end <= file.dataStart });
  }
  if (why !== undefined) throw new UsageError(why, `${tensor.name} ${REASONS[why]}`);
  return tensors[0] as ValueTensor;
}
