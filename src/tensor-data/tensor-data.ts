/**
 * The data of a tensor: where its bytes lie, in what form, and why it cannot be read where it cannot. Made here and nowhere else, and plain,
 * so that threads can be sent it. What reads it is `read-blocks.ts` for some of it and `chunks.ts` for whole tensors in file order.
 */

import { blockFormat } from '../formats/block-formats.js';
import { rowBytes, type TensorType } from '../formats/tensor-types.js';
import type { Tensor } from '../gguf/data-layout.js';
import type { GgufFile, ShardSet } from '../gguf/decode.js';
import type { Unreadable } from '../words/unreadable.js';
import { dataEndsEarly, WeightsError } from './weights-error.js';

export interface TensorData {
  name: string;
  /** Undefined where nobody known has used the id of the type. */
  type: TensorType | undefined;
  littleEndian: boolean;
  /** Numbers of a row, and rows: both 0 where the tensor is empty. */
  rowLength: number;
  rows: number;
  /** Bytes of a row; 0 where the type has no known size. */
  rowBytes: number;
  /** Bytes of all rows; null where the type does not tell how many there are. */
  bytes: number | null;
  /** Where the first row begins and where its file ends, if that is known, among the bytes of all files of the model. */
  position: number;
  end: number | undefined;
  /** Of a split model the number of its file, from 1, and the place of the first row in that file. */
  shard: { number: number; offset: number };
  /** Why there are no numbers to be read. */
  unreadable: Unreadable | undefined;
}

/** A tensor whose numbers can be read. */
export interface ReadableData extends TensorData {
  type: TensorType;
  bytes: number;
  unreadable: undefined;
}

/** A tensor whose size is known, whatever its numbers are. */
export interface SizedData extends TensorData {
  bytes: number;
}

/** What is to be known of the file that a tensor is in. */
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

/** Whether its file is known to end before the data does. */
function isMissing({ position, bytes, end }: TensorData): boolean {
  return bytes !== 0 && end !== undefined && position + (bytes ?? 0) > end;
}

/** Where files of a set end, by their numbers: a set may have a thousand files, and each of its tensors asks. */
const ENDS = new WeakMap<ShardSet, Map<number, number | undefined>>();

/** Of a file that is not there: the start of all, so that nothing is before its end. */
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

/** The same with its position in its own file, for whoever opens that one. */
export function inOwnFile<Data extends TensorData>(data: Data): Data {
  return { ...data, position: data.shard.offset };
}

/** Tensors may share bytes, but all together not claim more than this many times the file. */
const MOST_TIMES_READ = 4;

/** Whether tensors lie on top of each other so often that reading each would read the file over and over. */
export function overlapsBeyondReason(tensors: readonly SizedData[], size: number | undefined): boolean {
  return size !== undefined && totalBytes(tensors) > MOST_TIMES_READ * size;
}

function overlapError(): WeightsError {
  const message = `the tensors lie on top of each other: together they claim more than ${MOST_TIMES_READ} times the file`;
  return new WeightsError('tensors-overlap', message, 'gguf-explain check shows which ones');
}

/** Bytes of all tensors together, without what lies between them. */
export function totalBytes(tensors: readonly SizedData[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Tensors whose numbers can be read, each with its index among those that were asked about, and why the others cannot be. */
export interface SortedData {
  readable: (ReadableData & { index: number })[];
  left: Map<number, Unreadable>;
}

/** Throws WeightsError (`tensors-overlap`) where reading each tensor would read the file over and over. */
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
 * All tensors in the order of the header, for work on their bytes, whatever these mean. Throws WeightsError where a size is unknown or the
 * tensors overlap beyond reason, and GgufError (`truncated`) where the file is known to end before one of them.
 */
export function wholeTensors(file: DataFile & Pick<GgufFile, 'tensors'>): SizedData[] {
  const tensors = file.tensors.map((tensor) => {
    const data = tensorDataOf(file, tensor);
    if (data.bytes !== null) return data as SizedData;
    const typeName = tensor.type === undefined ? `id ${tensor.typeId}` : tensor.type.name;
    const message = `how many bytes the data of tensor ${tensor.name} has is not known: its type is ${typeName}`;
    throw new WeightsError('tensor-size-unknown', message, 'only tensors of a known type can be read to their end');
  });
  const missing = tensors.findIndex(isMissing);
  if (missing >= 0) throw missingData(tensors, missing, tensors[missing]?.end ?? 0);
  if (overlapsBeyondReason(tensors, file.size)) throw overlapError();
  return tensors;
}

/** Throws WeightsError unless each tensor lies behind the one before it, as they must to be read from a stream. */
export function requireStreamOrder(tensors: readonly SizedData[]): void {
  let end = 0;
  for (const { name, position, bytes } of tensors) {
    if (bytes === 0) continue;
    if (position < end) {
      const message = `tensor ${name} does not lie after the one before it in the header, and a stream only goes forward`;
      throw new WeightsError('stream-out-of-order', message, 'save the stream to a file first');
    }
    end = position + bytes;
  }
}

/** The error of a file that ends at `end`, before the data of the tensor with this index does. */
export function missingData(tensors: readonly SizedData[], index: number, end: number) {
  const none = tensors.every(({ bytes, position }) => bytes === 0 || position >= end);
  return dataEndsEarly(tensors[index] as SizedData, end, { none, number: index });
}
