/** A slice of a tensor: a range along each of its dimensions, read without the other numbers. */

import type { BlockSource } from '../io/block-source.js';
import { type BlockRange, portionsOf } from './read-blocks.js';
import type { ReadableData } from './tensor-data.js';

/** A range along a dimension, from 0: first index, and end (exclusive). */
export interface SliceRange {
  from: number;
  to: number;
}

/** A part of one row: the blocks that contain it, and its position within their numbers. */
interface Stretch {
  range: BlockRange;
  from: number;
  to: number;
}

export function sliceSize(ranges: readonly SliceRange[]): number {
  return ranges.reduce((product, { from, to }) => product * (to - from), 1);
}

/**
 * Yields the blocks that contain a slice, and the positions of its numbers in them, in file order, which is PyTorch's order of a slice. A
 * long row is yielded in several parts.
 *
 * @param dimensions The tensor's dimensions in ggml's order, the first one contiguous; `ranges` in the same order.
 */
export async function* slicedBlocks(
  tensor: ReadableData,
  dimensions: readonly number[],
  ranges: readonly SliceRange[],
  source: BlockSource,
): AsyncGenerator<{ bytes: Uint8Array; from: number; to: number }, void, void> {
  const { blockBytes, blockElements } = tensor.type;
  for (const { range, from, to } of stretches(tensor, dimensions, ranges)) {
    let passed = 0;
    for await (const bytes of portionsOf(tensor, source, range)) {
      const numbers = (bytes.length / blockBytes) * blockElements;
      yield { bytes, from: Math.max(0, from - passed), to: Math.min(numbers, to - passed) };
      passed += numbers;
    }
  }
}

function* stretches(
  tensor: ReadableData,
  dimensions: readonly number[],
  ranges: readonly SliceRange[],
): Generator<Stretch, void, void> {
  const { type, rowLength } = tensor;
  const [inRow = { from: 0, to: 1 }, ...outer] = ranges;
  const firstBlock = Math.floor(inRow.from / type.blockElements);
  const blocks = Math.ceil(inRow.to / type.blockElements) - firstBlock;
  const from = inRow.from - firstBlock * type.blockElements;
  for (const row of rowsOf(dimensions.slice(1), outer)) {
    const first = (row * rowLength) / type.blockElements + firstBlock;
    yield { range: { first, blocks }, from, to: from + inRow.to - inRow.from };
  }
}

/** The row numbers of a slice, ascending. */
function* rowsOf(dimensions: readonly number[], ranges: readonly SliceRange[]): Generator<number, void, void> {
  const last = ranges.length - 1;
  if (last < 0) return yield 0;
  const { from, to } = ranges[last] as SliceRange;
  const inside = dimensions.slice(0, last).reduce((product, size) => product * size, 1);
  for (let i = from; i < to; i++) {
    for (const row of rowsOf(dimensions.slice(0, last), ranges.slice(0, last))) yield i * inside + row;
  }
}
