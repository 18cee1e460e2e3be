/**
 * The bytes of one tensor a portion at a time, in whole blocks: for looking at some of its numbers, drawing all, or writing them out.
 * Nothing larger than a portion is kept, whatever the tensor.
 */

import type { BlockSource } from '../io/block-source.js';
import { dataEndsEarly } from './tensor-ranges.js';
import type { ValueTensor } from './value-tensors.js';
import { CHUNK_VALUES, type ValueKernels } from './values/plain-kernels.js';

/** Bytes that are read at once, about: they fit the kernels' room. */
const PORTION_BYTES = 256 * 1024;

/** Some blocks of a tensor, counted from its first one. */
export interface BlockRange {
  first: number;
  blocks: number;
}

/** All blocks of a tensor. */
export function allBlocks({ rows, rowBytes, form }: ValueTensor): BlockRange {
  return { first: 0, blocks: (rows * rowBytes) / form.type.blockBytes };
}

/**
 * Gives the bytes of a range in order, each portion valid until the next. Throws GgufError (`truncated`) where the file ends before
 * they do, and the error of whatever is read.
 */
export async function* portionsOf(
  tensor: ValueTensor,
  source: BlockSource,
  { first, blocks }: BlockRange,
): AsyncGenerator<Uint8Array, void, void> {
  const { blockBytes } = tensor.form.type;
  const most = Math.max(1, Math.floor(PORTION_BYTES / blockBytes));
  const room = new Uint8Array(Math.min(most, blocks) * blockBytes);
  for (let done = 0; done < blocks; ) {
    const some = Math.min(most, blocks - done);
    const bytes = room.subarray(0, some * blockBytes);
    const position = tensor.position + (first + done) * blockBytes;
    const count = source.readNow?.(bytes, position) ?? (await source.read(bytes, position));
    if (count < bytes.length) {
      const { name, rows, rowBytes } = tensor;
      throw dataEndsEarly({ name, position: tensor.position, bytes: rows * rowBytes }, position + count);
    }
    yield bytes;
    done += some;
  }
}

/**
 * The numbers of a tensor in order, as float32: the first so many of the kernels' own, valid until the next. Throws as `portionsOf` does,
 * and RangeError for a type that has no float form.
 */
export async function* numbersOf(
  tensor: ValueTensor,
  source: BlockSource,
  kernels: ValueKernels,
): AsyncGenerator<Float32Array, void, void> {
  const { type, littleEndian } = tensor.form;
  const dequantize = kernels.dequantizer(type, littleEndian);
  if (dequantize === undefined) throw new RangeError(`${type.name} has no float form`);
  const most = Math.floor(CHUNK_VALUES / type.blockElements);
  for await (const bytes of portionsOf(tensor, source, allBlocks(tensor))) {
    kernels.room.set(bytes);
    const blocks = bytes.length / type.blockBytes;
    for (let block = 0; block < blocks; block += most) {
      const some = Math.min(most, blocks - block);
      dequantize(block * type.blockBytes, some);
      yield kernels.values.subarray(0, some * type.blockElements);
    }
  }
}
