/**
 * Some blocks of one tensor: the one reader of a part of its data, for a row, a slice, a matrix of which a few rows are needed at a time.
 * Rows follow each other, and each is a whole number of blocks. Whole tensors in the order of the file come from `chunks.ts`.
 */

import type { BlockSource } from '../io/block-source.js';
import type { ReadableData } from './tensor-data.js';
import { CHUNK_VALUES, type ValueKernels } from './values/plain-kernels.js';
import { dataEndsEarly } from './weights-error.js';

/**
 * Fills `target`, which has room for some whole blocks, with those from the block `first` on. Gives the bytes that there were: fewer than
 * it has only where the file ends before they do. It does not wait where the source need not. Fails with the error of whatever is read.
 */
export function readBlocks(
  { position, type }: Pick<ReadableData, 'position' | 'type'>,
  source: Pick<BlockSource, 'read' | 'readNow'>,
  first: number,
  target: Uint8Array,
): number | Promise<number> {
  return readBytes(source, target, position + first * type.blockBytes);
}

/** The same for bytes, whatever they are. */
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

/** Bytes that are read at once, about: they fit the kernels' room. */
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
 * Gives the bytes of a range in order, a portion at a time, each valid until the next: nothing larger is kept, whatever the tensor. Throws
 * GgufError (`truncated`) where the file ends before they do, and the error of whatever is read.
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
 * The numbers of a tensor in order, as float32: the first so many of the kernels' own, valid until the next. Throws as `portionsOf` does,
 * and RangeError for a type that has no float form.
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
