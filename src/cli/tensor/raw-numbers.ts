/** `tensor NAME --raw`: the numbers of one tensor, or of a slice of it, as float32 for other tools. */

import { UsageError } from '../../explained-error.js';
import { dequantizer } from '../../formats/dequantize.js';
import type { BlockSource } from '../../io/block-source.js';
import { type SliceRange, slicedBlocks, sliceSize } from '../../tensor-data/slice.js';
import type { ReadableData } from '../../tensor-data/tensor-data.js';
import { writeUnchanged } from '../output.js';
import { withProgress } from '../progress.js';
import { outputIsTerminal } from '../terminal.js';

/** `f32`: only the numbers, little-endian. `npy`: NumPy's format, which includes their shape. */
export type RawFormat = 'f32' | 'npy';

/** Throws UsageError if the output is a terminal. */
export function refuseTerminal(): void {
  if (!outputIsTerminal()) return;
  throw new UsageError(
    'binary-output',
    '--raw writes bytes, and a terminal shows text',
    'write them to a file: --raw npy --output tensor.npy',
  );
}

/**
 * Writes the numbers in the order of the file, which is the order of the shape in PyTorch.
 *
 * @param tensor Null if there are no numbers.
 * @param dimensions Dimensions of the tensor; they and the `ranges` of the slice are in ggml's order.
 */
export async function writeRaw(
  format: RawFormat,
  { tensor, dimensions, ranges }: { tensor: ReadableData | null; dimensions: readonly number[]; ranges: SliceRange[] },
  source: BlockSource,
): Promise<void> {
  if (format === 'npy') writeUnchanged(npyHeader(ranges.map(({ from, to }) => to - from).reverse()));
  if (tensor === null) return;
  const { type, littleEndian } = tensor;
  const dequantize = dequantizer(type, littleEndian);
  let room = new Float32Array(0);
  let written = 0;
  await withProgress('written', 4 * sliceSize(ranges), async ({ at }) => {
    for await (const { bytes, from, to } of slicedBlocks(tensor, dimensions, ranges, source)) {
      const blocks = bytes.length / type.blockBytes;
      if (room.length < blocks * type.blockElements) room = new Float32Array(blocks * type.blockElements);
      dequantize?.(bytes, 0, blocks, room, 0);
      writeUnchanged(littleEndianBytes(room.subarray(from, to)));
      written += 4 * (to - from);
      at(written);
    }
  });
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndianBytes(numbers: Float32Array): Uint8Array {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return HOST_LITTLE_ENDIAN ? bytes : Buffer.from(bytes).swap32();
}

/** Header of NumPy's format, version 1.0: a Python dictionary, padded so that the numbers begin at a multiple of 64 bytes. */
function npyHeader(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const preamble = 10;
  const length = Math.ceil((preamble + dictionary.length + 1) / 64) * 64 - preamble;
  const header = Buffer.alloc(preamble + length, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(dictionary, preamble, 'latin1');
  header.write('\n', preamble + length - 1, 'latin1');
  return header;
}
