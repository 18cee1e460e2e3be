/** `--slice 0:4,0:8`: which numbers along each dimension, as NumPy and PyTorch write it, rows before columns. */

import type { SliceRange } from '../../tensor-data/slice.js';
import { formatInteger } from '../../words/format-quantity.js';
import { UsageError } from '../usage-error.js';

/**
 * Reads a slice for a tensor of these dimensions, which are in ggml's order as the result is. Dimensions that are not named are meant
 * whole; a negative number counts from the end. Throws UsageError.
 */
export function readSlice(text: string, dimensions: readonly number[]): SliceRange[] {
  const shape = [...dimensions].reverse();
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > shape.length) {
    const message = `--slice ${text} names ${parts.length} dimensions; the tensor has ${shape.length}: [${shape.map(formatInteger).join(', ')}]`;
    throw new UsageError('bad-slice', message, HINT);
  }
  const ranges = shape.map((size, i) => readRange(text, parts[i] ?? ':', size));
  return ranges.reverse();
}

const HINT = 'write 0:4,0:8 for the first 8 numbers of the first 4 rows; 5 is one row, : all, -1 the last';

function readRange(text: string, part: string, size: number): SliceRange {
  const match = /^(?:(-?\d{1,15})|(-?\d{0,15}):(-?\d{0,15}))$/.exec(part);
  const [, index, start = '', end = ''] = match ?? [];
  if (match === null || start === '-' || end === '-') {
    throw new UsageError('bad-slice', `--slice ${text}: "${part}" is no range`, HINT);
  }
  if (index !== undefined) {
    const from = Number(index) < 0 ? size + Number(index) : Number(index);
    if (from >= 0 && from < size) return { from, to: from + 1 };
    const message = `--slice ${text}: there is no number ${index} along a dimension of ${formatInteger(size)}`;
    throw new UsageError('bad-slice', message, HINT);
  }
  const bound = (word: string, otherwise: number) => {
    const value = word === '' ? otherwise : Number(word);
    return Math.min(size, Math.max(0, value < 0 ? size + value : value));
  };
  const from = bound(start, 0);
  const to = bound(end, size);
  if (from < to) return { from, to };
  throw new UsageError('bad-slice', `--slice ${text}: "${part}" of ${formatInteger(size)} is nothing`, HINT);
}

/** All numbers of a tensor. */
export function wholeSlice(dimensions: readonly number[]): SliceRange[] {
  return dimensions.map((size) => ({ from: 0, to: size }));
}
