/**
 * The data of a tensor: the position of its bytes, their form, and why it cannot be read if so. Created only here, and plain, so that it
 * can be sent to threads. `read-blocks.ts` reads parts of it and `chunks.ts` whole tensors in file order.
 */

import { blockFormat } from '../formats/block-formats.js';
import { rowBytes, type TensorType } from '../formats/tensor-types.js';
import type { Tensor } from '../gguf/data-layout.js';
import type { GgufFile, ShardSet } from '../gguf/decode.js';
import type { Unreadable } from '../words/unreadable.js';
import { dataEndsEarly, WeightsError } from './weights-error.js';

export interface TensorData {
  name: string;
  /** Undefined if no known program has used the type id. */
  type: TensorType | undefined;
  littleEndian: boolean;
  /** Numbers in a row, and number of rows: both 0 if the tensor is empty. */
  rowLength: number;
  rows: number;
  /** Bytes of a row; 0 if the type's size is unknown. */
  rowBytes: number;
  /** Bytes of all rows; null if the type's size is unknown. */
  bytes: number | null;
  /** Position of the first row, and the end of its file if known; both count through all files of the model. */
  position: number;
  end: number | undefined;
  /** In a split model: the number of its file, from 1, and the position of the first row in that file. */
  shard: { number: number; offset: number };
  /** Why the numbers cannot be read. */
  unreadable: Unreadable | undefined;
}

/** A tensor whose numbers can be read. */
export interface ReadableData extends TensorData {
  type: TensorType;
  bytes: number;
  unreadable: undefined;
}

/** A tensor of known size, whatever its numbers. */
export interface SizedData extends TensorData {
  bytes: number;
}

/** The needed facts about a tensor's file. */
export type DataFile = Pick<GgufFile, 'littleEndian' | 'size' | 'set'>;

export function tensorDataOf(file: DataFile, tensor: Tensor): TensorData {
  const { name, type, dimensions, elements, fileOffset, bytes, bytesAre, shard } = tensor;
  const { littleEndian } = file;
  const rowLength = elements === 0 ? 0 : (dimensions[0] ?? 1);
  const end = shard === undefined ? file.size : endOfShard(file.set, shard.number);
  const data: TensorData = {
    ...{ name, type, littleEndian, rowLength, position: fileOffset, end, unreadable: undefined },
    rows: elements === 0 ? 0 : elements / rowLength,
    rowBytes: type === undefined || type.blockBytes === 0 ? 0 : rowBytes(type, rowLength),
    bytes: elements === 0 ? 0 : bytesAre === 'exact' ? bytes : null,
    shard: shard ?? { number: 1, offset: fileOffset },
  };
  return { ...data, unreadable: whyUnreadable(data) };
}

function whyUnreadable(data: TensorData): Unreadable | undefined {
  const { type, rowLength, rows } = data;
  if (rows === 0) return 'empty';
  if (type === undefined || blockFormat(type) === undefined) return 'no-float-form';
  if (rowLength % type.blockElements !== 0) return 'uneven-rows';
  return isMissing(data) ? 'data-missing' : undefined;
}

/** Whether its file is known to end too early. */
function isMissing({ position, bytes, end }: TensorData): boolean {
  return bytes !== 0 && end !== undefined && position + (bytes ?? 0) > end;
}

/** The ends of the files of a set, by number, cached because a set may have a thousand files and is queried for each tensor. */
const ENDS = new WeakMap<ShardSet, Map<number, number | undefined>>();

/** The end of a missing file is position 0, so that no data lies before it. */
function endOfShard(set: ShardSet | undefined, number: number): number | undefined {
  if (set === undefined) return 0;
  let ends = ENDS.get(set);
  if (ends === undefined) {
    ends = new Map(
      set.files.map(({ number, start, file }) => [number, file.size === undefined ? undefined : start + file.size]),
    );
    ENDS.set(set, ends);
  }
  return ends.has(number) ? ends.get(number) : 0;
}

export function isReadable(data: TensorData): data is ReadableData {
  return data.unreadable === undefined;
}

/** The same with the position in its own file, for code that opens that file. */
export function inOwnFile<Data extends TensorData>(data: Data): Data {
  return { ...data, position: data.shard.offset };
}

/** Tensors may share bytes, but in total not claim more than this many times the file size. */
const MOST_TIMES_READ = 4;

/** Whether tensors overlap so much that reading each of them would read the file many times. */
export function overlapsBeyondReason(tensors: readonly SizedData[], size: number | undefined): boolean {
  return size !== undefined && totalBytes(tensors) > MOST_TIMES_READ * size;
}

function overlapError(): WeightsError {
  const message = `the tensors overlap: together they claim more than ${MOST_TIMES_READ} times the file`;
  return new WeightsError('tensors-overlap', message, 'gguf-explain check shows which ones');
}

/** Total bytes of all tensors, without gaps. */
export function totalBytes(tensors: readonly SizedData[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The tensors whose numbers can be read, each with its index in the header, and why the others cannot be. */
export interface SortedData {
  readable: (ReadableData & { index: number })[];
  left: Map<number, Unreadable>;
}

/** Throws WeightsError (`tensors-overlap`) if reading each tensor would read the file many times. */
export function readableTensors(file: DataFile & Pick<GgufFile, 'tensors'>): SortedData {
  const readable: SortedData['readable'] = [];
  const left: SortedData['left'] = new Map();
  for (const [index, tensor] of file.tensors.entries()) {
    const data = tensorDataOf(file, tensor);
    if (isReadable(data)) readable.push({ ...data, index });
    else left.set(index, data.unreadable as Unreadable);
  }
  if (overlapsBeyondReason(readable, file.size)) throw overlapError();
  return { readable, left };
}

/**
 * All tensors in header order, for work on their bytes regardless of meaning. Throws WeightsError if a size is unknown or the tensors
 * overlap too much, and GgufError (`truncated`) if the file is known to end too early.
 */
export function wholeTensors(file: DataFile & Pick<GgufFile, 'tensors'>): SizedData[] {
  const tensors = file.tensors.map((tensor) => {
    const data = tensorDataOf(file, tensor);
    if (data.bytes !== null) return data as SizedData;
    const typeName = tensor.type === undefined ? `id ${tensor.typeId}` : tensor.type.name;
    const message = `the size of tensor ${tensor.name} is unknown, because its type is ${typeName}`;
    throw new WeightsError('tensor-size-unknown', message, 'only tensors of known types can be read');
  });
  const missing = tensors.findIndex(isMissing);
  if (missing >= 0) throw missingData(tensors, missing, tensors[missing]?.end ?? 0);
  if (overlapsBeyondReason(tensors, file.size)) throw overlapError();
  return tensors;
}

/** Throws WeightsError unless each tensor is stored after the one before it, which reading from a stream requires. */
export function requireStreamOrder(tensors: readonly SizedData[]): void {
  let end = 0;
  for (const { name, position, bytes } of tensors) {
    if (bytes === 0) continue;
    if (position < end) {
      const message = `tensor ${name} is stored before the preceding one, and a stream can only be read forwards`;
      throw new WeightsError('stream-out-of-order', message, 'save the stream to a file first');
    }
    end = position + bytes;
  }
}

/** The error for a file that ends at `end`, before the data of the tensor with this index does. */
export function missingData(tensors: readonly SizedData[], index: number, end: number) {
  const none = tensors.every(({ bytes, position }) => bytes === 0 || position >= end);
  return dataEndsEarly(tensors[index] as SizedData, end, { none, number: index });
}
