/**
 * Where the data of each tensor lies, for work that reads all of it: an error where a size is not known, where the file ends before
 * the data does, and where tensors lie on top of each other so often that reading each would take forever.
 */

import type { GgufFile } from '../gguf/decode.js';
import { GgufError } from '../gguf/error.js';
import { WeightsError } from './weights-error.js';

/** The bytes of one tensor in the file. */
export interface TensorRange {
  name: string;
  /** Offset from the start of the file. */
  position: number;
  bytes: number;
}

/** Tensors may share bytes, but all together not claim more than this many times the file. */
const MOST_TIMES_READ = 4;

/**
 * The ranges in the order of the header. Throws GgufError (`truncated`) where the file is known to end before one of them, and
 * WeightsError where a size is unknown or the tensors overlap beyond reason.
 */
export function tensorRanges(file: GgufFile): TensorRange[] {
  const { size } = file;
  const ranges = file.tensors.map((tensor): TensorRange => {
    const { name, fileOffset, bytes, bytesAre, elements, type, typeId } = tensor;
    if (elements === 0) return { name, position: fileOffset, bytes: 0 };
    if (bytes === null || bytesAre !== 'exact') {
      const typeName = type === undefined ? `id ${typeId}` : type.name;
      const message = `how many bytes the data of tensor ${name} has is not known: its type is ${typeName}`;
      throw new WeightsError('tensor-size-unknown', message, 'only tensors of a known type can be read to their end');
    }
    return { name, position: fileOffset, bytes };
  });
  if (size === undefined) return ranges;
  const missing = ranges.findIndex(({ position, bytes }) => bytes > 0 && position + bytes > size);
  if (missing >= 0) throw missingData(ranges, missing, size);
  if (totalBytes(ranges) > MOST_TIMES_READ * size) {
    const message = `the tensors lie on top of each other: together they claim more than ${MOST_TIMES_READ} times the file`;
    throw new WeightsError('tensors-overlap', message, 'gguf-explain check shows which ones');
  }
  return ranges;
}

/** Bytes of all tensors together, without what lies between them. */
export function totalBytes(ranges: readonly TensorRange[]): number {
  return ranges.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Throws WeightsError unless each tensor lies behind the one before it, as they must to be read from a stream. */
export function requireStreamOrder(ranges: readonly TensorRange[]): void {
  let end = 0;
  for (const { name, position, bytes } of ranges) {
    if (bytes === 0) continue;
    if (position < end) {
      const message = `tensor ${name} does not lie behind the one before it in the header, and a stream goes only forwards`;
      throw new WeightsError('stream-out-of-order', message, 'save the stream to a file first');
    }
    end = position + bytes;
  }
}

/** The error of a file that ends at `end`, before the data of the tensor with this index does. */
export function missingData(ranges: readonly TensorRange[], index: number, end: number): GgufError {
  const none = ranges.every((range) => range.bytes === 0 || range.position >= end);
  return dataEndsEarly(ranges[index] as TensorRange, end, { none, number: index });
}

/**
 * The error of a file that ends at `end`, before the data of a tensor does. `none`: it has no data at all; `number`: the tensor's index
 * in the header, where that is known.
 */
export function dataEndsEarly(
  { name, position, bytes }: TensorRange,
  end: number,
  { none = false, number }: { none?: boolean; number?: number } = {},
): GgufError {
  const which = number === undefined ? '' : `${number}, `;
  return new GgufError({
    code: 'truncated',
    offset: position,
    section: 'tensor data',
    entry: `data of tensor ${which}${JSON.stringify(name.slice(0, 80))}`,
    expected: `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`,
    found: `the end of the file at byte ${end}`,
    hint: none
      ? 'only the header is here; the data of the tensors is needed too'
      : 'the download stopped early; fetch the file again',
  });
}
