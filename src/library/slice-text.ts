/** Reads `0:4,0:8`: which numbers along each dimension, as NumPy and PyTorch write it, rows before columns. */

import { UsageError } from '../explained-error.js';
import type { SliceRange } from '../tensor-data/slice.js';
import { formatInteger } from '../words/format-quantity.js';

/**
 * Reads a slice for a tensor with these dimensions. They are in ggml's order, and so is the result. A dimension that is not named is taken
 * whole; a negative number counts from the end. Throws UsageError; `option` is the name of the option for its message.
 */
export function readSlice(
  { text, option }: { text: string; option: string },
  dimensions: readonly number[],
): SliceRange[] {
  const shape = [...dimensions].reverse();
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > shape.length) {
    const message = `${option} ${text} names ${parts.length} dimensions; the tensor has ${shape.length}: [${shape.map(formatInteger).join(', ')}]`;
    throw new UsageError('bad-slice', message, SLICE_HINT);
  }
  return shape.map((size, i) => readRange(`${option} ${text}`, parts[i] ?? ':', size)).reverse();
}

const SLICE_HINT = 'write 0:4,0:8 for the first 8 numbers of the first 4 rows; 5 is one row, : all, -1 the last';

function readRange(asked: string, part: string, size: number): SliceRange {
  const match = /^(?:(-?\d{1,15})|(-?\d{0,15}):(-?\d{0,15}))$/.exec(part);
  const [, index, start = '', end = ''] = match ?? [];
  if (match === null || start === '-' || end === '-') {
    throw new UsageError('bad-slice', `${asked}: "${part}" is not a range`, SLICE_HINT);
  }
  if (index !== undefined) {
    const from = Number(index) < 0 ? size + Number(index) : Number(index);
    if (from >= 0 && from < size) return { from, to: from + 1 };
    const message = `${asked}: index ${index} is outside a dimension of ${formatInteger(size)}`;
    throw new UsageError('bad-slice', message, SLICE_HINT);
  }
  const bound = (word: string, otherwise: number) => {
    const value = word === '' ? otherwise : Number(word);
    return Math.min(size, Math.max(0, value < 0 ? size + value : value));
  };
  const from = bound(start, 0);
  const to = bound(end, size);
  if (from < to) return { from, to };
  throw new UsageError(
    'bad-slice',
    `${asked}: "${part}" selects nothing of ${formatInteger(size)} numbers`,
    SLICE_HINT,
  );
}

/** All numbers of a tensor. */
export function wholeSlice(dimensions: readonly number[]): SliceRange[] {
  return dimensions.map((size) => ({ from: 0, to: size }));
}
