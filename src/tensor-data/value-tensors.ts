/**
 * The tensors of a model as the scan of values needs them: where the numbers lie, in what form, and why some are left out. A model of
 * several files has a path for each.
 */

import { dequantizer } from '../formats/dequantize.js';
import { rowBytes } from '../formats/tensor-types.js';
import type { GgufFile } from '../gguf/decode.js';
import type { ValueForm } from './values/piece-scan.js';
import { WeightsError } from './weights-error.js';

/**
 * `no-float-form`: its type is unknown, a fork's, or removed. `uneven-rows`: a row is no whole number of blocks. `data-missing`: the
 * file ends before its data does. `empty`: it has no numbers. `overlapping`: it lies on top of others, in a stream of any, elsewhere so
 * often that reading each would take forever.
 */
export type NotScanned = 'no-float-form' | 'uneven-rows' | 'data-missing' | 'empty' | 'overlapping';

/** A tensor whose numbers can be scanned. */
export interface ValueTensor {
  /** Index in the header. */
  index: number;
  name: string;
  path: string;
  /** Offset of the data in that file. */
  position: number;
  rows: number;
  /** Bytes of a row. */
  rowBytes: number;
  form: ValueForm;
}

export interface ValueTensors {
  tensors: readonly ValueTensor[];
  /** The others, by their index in the header. */
  left: ReadonlyMap<number, NotScanned>;
  /** Bytes of the data of all that can be scanned. */
  bytes: number;
}

/** Tensors may share bytes, but all together not claim more than this many times the file. */
const MOST_TIMES_READ = 4;

/**
 * @param file The header; of a split model that of all its files as one.
 * @param paths The file, or all of a split model by their numbers from 1; null where they are no files on this disk, and positions are to
 *   be counted through all of them.
 * @throws WeightsError (`tensors-overlap`) where reading each tensor would read the file over and over.
 */
export function valueTensors(
  file: Pick<GgufFile, 'tensors' | 'littleEndian' | 'size' | 'set'>,
  paths: readonly (string | undefined)[] | null,
): ValueTensors {
  const tensors: ValueTensor[] = [];
  const left = new Map<number, NotScanned>();
  const sizes = new Map(file.set?.files.map((shard) => [shard.number, shard.file.size]));
  let bytes = 0;
  for (const [index, tensor] of file.tensors.entries()) {
    const { name, type, dimensions, elements, shard } = tensor;
    const rowLength = dimensions[0] ?? 1;
    const path = paths === null ? '' : paths[(shard?.number ?? 1) - 1];
    const ownOffset = shard?.offset ?? tensor.fileOffset;
    const ownSize = shard === undefined ? file.size : sizes.get(shard.number);
    if (elements === 0) left.set(index, 'empty');
    else if (type === undefined || dequantizer(type, file.littleEndian) === undefined) left.set(index, 'no-float-form');
    else if (rowLength % type.blockElements !== 0) left.set(index, 'uneven-rows');
    else if (path === undefined || ownOffset + (tensor.bytes ?? 0) > (ownSize ?? Number.POSITIVE_INFINITY))
      left.set(index, 'data-missing');
    else {
      const form = { type, littleEndian: file.littleEndian, rowLength };
      const position = paths === null ? tensor.fileOffset : ownOffset;
      const each = rowBytes(type, rowLength);
      tensors.push({ index, name, path, position, rows: elements / rowLength, rowBytes: each, form });
      bytes += tensor.bytes ?? 0;
    }
  }
  if (file.size !== undefined && bytes > MOST_TIMES_READ * file.size) {
    const message = `the tensors lie on top of each other: together they claim more than ${MOST_TIMES_READ} times the file`;
    throw new WeightsError('tensors-overlap', message, 'gguf-explain check shows which ones');
  }
  return { tensors, left, bytes };
}
