/** A slice of a tensor: some numbers along each of its dimensions, read without the others. */

import type { BlockSource } from '../io/block-source.js';
import { type BlockRange, portionsOf } from './read-blocks.js';
import type { ReadableData } from './tensor-data.js';

/** Numbers along a dimension, from 0: the first that is meant, and the first that is no longer meant. */
export interface SliceRange {
  from: number;
  to: number;
}

/** A stretch of one row: the blocks that hold it, and where in their numbers it lies. */
interface Stretch {
  range: BlockRange;
  from: number;
  to: number;
}

/** How many numbers a slice has. */
export function sliceSize(ranges: readonly SliceRange[]): number {
  return ranges.reduce((product, { from, to }) => product * (to - from), 1);
}

/**
 * Gives the blocks that hold a slice with the numbers in them that belong to it, in the order of the file: PyTorch's order of a slice.
 * A long row comes in several parts.
 *
 * @param dimensions of the tensor in ggml's order, the first one contiguous; `ranges` in the same order.
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

/** The numbers of the rows that a slice goes through, rising. */
function* rowsOf(dimensions: readonly number[], ranges: readonly SliceRange[]): Generator<number, void, void> {
  const last = ranges.length - 1;
  if (last < 0) return yield 0;
  const { from, to } = ranges[last] as SliceRange;
  const inside = dimensions.slice(0, last).reduce((product, size) => product * size, 1);
  for (let i = from; i < to; i++) {
    for (const row of rowsOf(dimensions.slice(0, last), ranges.slice(0, last))) yield i * inside + row;
  }
}
