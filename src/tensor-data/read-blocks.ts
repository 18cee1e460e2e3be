/**
 * Reads some blocks of one tensor: the only reader for a part of its data, such as a row, a slice, or a matrix of which a few rows are
 * needed at a time. Rows follow each other, and each is a whole number of blocks. `chunks.ts` provides whole tensors in file order.
 */

import type { BlockSource } from '../io/block-source.js';
import type { ReadableData } from './tensor-data.js';
import { CHUNK_VALUES, type ValueKernels } from './values/plain-kernels.js';
import { dataEndsEarly } from './weights-error.js';

/**
 * Fills `target`, whose size is a whole number of blocks, with the blocks from block `first` on. Returns the number of bytes read: fewer
 * only if the file ends too early. Synchronous if the source allows it. Rejects with errors of the source.
 */
export function readBlocks(
  { position, type }: Pick<ReadableData, 'position' | 'type'>,
  source: Pick<BlockSource, 'read' | 'readNow'>,
  first: number,
  target: Uint8Array,
): number | Promise<number> {
  return readBytes(source, target, position + first * type.blockBytes);
}

/** The same for any bytes. */
export function readBytes(
  source: Pick<BlockSource, 'read' | 'readNow'>,
  target: Uint8Array,
  position: number,
): number | Promise<number> {
  return source.readNow?.(target, position) ?? source.read(target, position);
}

/** The same for rows. */
export function readRows(
  data: Pick<ReadableData, 'position' | 'type' | 'rowLength'>,
  source: Pick<BlockSource, 'read' | 'readNow'>,
  first: number,
  target: Uint8Array,
): number | Promise<number> {
  return readBlocks(data, source, (first * data.rowLength) / data.type.blockElements, target);
}

/** Approximate number of bytes read at a time: they fit into the kernels' buffer. */
const PORTION_BYTES = 256 * 1024;

/** Some blocks of a tensor, counted from its first one. */
export interface BlockRange {
  first: number;
  blocks: number;
}

/** All blocks of a tensor. */
export function allBlocks({ bytes, type }: ReadableData): BlockRange {
  return { first: 0, blocks: bytes / type.blockBytes };
}

/**
 * Yields the bytes of a range in order, a portion at a time, each valid until the next, so memory use does not depend on the tensor. Throws
 * GgufError (`truncated`) if the file ends too early, and errors of the source.
 */
export async function* portionsOf(
  data: ReadableData,
  source: BlockSource,
  { first, blocks }: BlockRange,
): AsyncGenerator<Uint8Array, void, void> {
  const { blockBytes } = data.type;
  const most = Math.max(1, Math.floor(PORTION_BYTES / blockBytes));
  const room = new Uint8Array(Math.min(most, blocks) * blockBytes);
  for (let done = 0; done < blocks; ) {
    const some = Math.min(most, blocks - done);
    const bytes = room.subarray(0, some * blockBytes);
    const count = await readBlocks(data, source, first + done, bytes);
    if (count < bytes.length) throw dataEndsEarly(data, data.position + (first + done) * blockBytes + count);
    yield bytes;
    done += some;
  }
}

/**
 * Yields the numbers of a tensor in order, as float32: the first `count` numbers of the kernels' buffer, valid until the next. Throws as
 * `portionsOf` does, and RangeError for a type without a float form.
 */
export async function* numbersOf(
  data: ReadableData,
  source: BlockSource,
  kernels: ValueKernels,
): AsyncGenerator<Float32Array, void, void> {
  const { type, littleEndian } = data;
  const dequantize = kernels.dequantizer(type, littleEndian);
  if (dequantize === undefined) throw new RangeError(`${type.name} has no float form`);
  const most = Math.floor(CHUNK_VALUES / type.blockElements);
  for await (const bytes of portionsOf(data, source, allBlocks(data))) {
    kernels.room.set(bytes);
    const blocks = bytes.length / type.blockBytes;
    for (let block = 0; block < blocks; block += most) {
      const some = Math.min(most, blocks - block);
      dequantize(block * type.blockBytes, some);
      yield kernels.values.subarray(0, some * type.blockElements);
    }
  }
}
