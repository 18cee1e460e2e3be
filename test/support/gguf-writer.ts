/**
 * A GGUF writer for the tests: makes bytes from a plain description, in file order, for versions 1 to 3 and both byte orders. It is not the
 * inverse of the parser's code but a second reading of the specification, so that the two can disagree. It can write broken files too:
 * every length, count, id and offset can be claimed to be other than it is.
 */

import { type TensorType, tensorTypeByName } from '../../src/formats/tensor-types.js';

/** A string, or bytes in the position of a string (which need not be UTF-8). */
export type Text = string | Uint8Array;

/** The types of metadata values; the index in the list is the id in the file. */
export const TYPE_NAMES = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const;
export type TypeName = (typeof TYPE_NAMES)[number];

/** An array without a key, as it appears inside another array. */
export interface List {
  itemType: TypeName;
  items: readonly Value[];
  claims?: { itemType?: number; count?: number | bigint };
}

/** u64 and i64 are bigint, the other numbers are number; a bool may be any byte. */
export type Value = number | bigint | boolean | Text | List;

export interface Entry {
  key: Text;
  type: TypeName;
  value: Value;
  /** False statements to write instead of the true ones. `length` is the length of a string value. */
  claims?: { keyLength?: number | bigint; type?: number; length?: number | bigint };
}

export interface TensorItem {
  name: Text;
  /** In ggml's order: the first dimension is contiguous. */
  dimensions: readonly (number | bigint)[];
  /** A name from src/formats/tensor-types.ts, or an id; with an id, the data must be given. */
  type: string | number;
  /** The tensor's bytes; a number stands for that many zeros. From the first `absent` tensor on, the file holds no data. Default: zeros. */
  data?: Uint8Array | number | 'zeros' | 'absent';
  /** False statements to write instead of the true ones. */
  claims?: { nameLength?: number | bigint; dimensions?: number; offset?: number | bigint };
}

export interface Description {
  /** Default: 3. Any other number is written literally, with the field widths of version 3. */
  version?: number;
  littleEndian?: boolean;
  magic?: string;
  /** A Uint8Array in the list is written raw, instead of an entry. */
  metadata?: readonly (Entry | Uint8Array)[];
  tensors?: readonly TensorItem[];
  claims?: { tensors?: number | bigint; metadata?: number | bigint };
  /** Alignment of the tensor data. Default: `general.alignment` where it is a usable number, else 32. */
  alignment?: number;
  /** Whether the last tensor is padded like the others. Default: yes. */
  paddedEnd?: boolean;
  /** Bytes after everything else. */
  tail?: Uint8Array;
}

/** A length, count or dimension in the header: its offset and its width. */
export interface LengthField {
  what: string;
  offset: number;
  bytes: 4 | 8;
}

export interface Written {
  bytes: Buffer;
  /** End of the tensor infos, start of the data section, end of the last tensor without its padding. */
  headerBytes: number;
  dataStart: number;
  dataEnd: number;
  lengths: readonly LengthField[];
  littleEndian: boolean;
}

/** Returns the file's bytes. */
export function writeGguf(description: Description): Buffer {
  return layGguf(description).bytes;
}

/** Returns the file's bytes and the offsets of its parts. Throws where the description cannot be written, such as a u64 in version 1. */
export function layGguf(description: Description): Written {
  const { metadata = [], tensors = [], claims = {}, version = 3, littleEndian = true } = description;
  const output = new Output(littleEndian, version === 1 ? 4 : 8);

  output.raw(Buffer.from(description.magic ?? 'GGUF', 'latin1'));
  output.u32(version);
  output.length(claims.tensors ?? tensors.length, 'number of tensors');
  output.length(claims.metadata ?? metadata.length, 'number of key-value pairs');

  for (const entry of metadata) {
    if (entry instanceof Uint8Array) output.raw(entry);
    else writeEntry(output, entry);
  }

  const alignment = description.alignment ?? alignmentOf(metadata);
  const sizes = tensors.map(sizeOf);
  let offset = 0;
  tensors.forEach((tensor, i) => {
    output.text(tensor.name, 'tensor name', tensor.claims?.nameLength);
    output.u32(tensor.claims?.dimensions ?? tensor.dimensions.length);
    for (const dimension of tensor.dimensions) output.length(dimension, 'dimension');
    output.u32(typeof tensor.type === 'number' ? tensor.type : rowOf(tensor.type).id);
    output.scalar('u64', BigInt(tensor.claims?.offset ?? offset));
    offset += roundUp(sizes[i]!, alignment);
  });

  const headerBytes = output.position;
  const dataStart = roundUp(headerBytes, alignment);
  let dataEnd = headerBytes;
  for (const [i, { data }] of tensors.entries()) {
    if (data === 'absent') break;
    output.padTo(alignment);
    if (data instanceof Uint8Array) output.raw(data);
    else output.zeros(sizes[i]!);
    dataEnd = output.position;
  }
  if (dataEnd > headerBytes && description.paddedEnd !== false) output.padTo(alignment);
  if (description.tail) output.raw(description.tail);
  return { bytes: output.join(), headerBytes, dataStart, dataEnd, lengths: output.lengths, littleEndian };
}

/**
 * The same, with numbers in the tensors whose data is not described: a file of only zeros is not a sound model. The numbers are the same in
 * every run. Read as a half, a bfloat16, a float32 or a scale of any format, their bytes are small positive numbers.
 */
export function withNumbers(description: Description): Description {
  const tensors = description.tensors?.map((item): TensorItem => {
    if (item.data !== undefined || typeof item.type === 'number') return item;
    const data = Buffer.alloc(sizeOf(item));
    let state = data.length;
    for (let i = 0; i < data.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[i] = 1 + ((state >>> 24) % 0x2f);
    }
    return { ...item, data };
  });
  return tensors === undefined ? description : { ...description, tensors };
}

// Short forms for writing descriptions.

export const u32 = (key: Text, value: number): Entry => ({ key, type: 'u32', value });
export const f32 = (key: Text, value: number): Entry => ({ key, type: 'f32', value });
export const bool = (key: Text, value: boolean): Entry => ({ key, type: 'bool', value });
export const text = (key: Text, value: Text): Entry => ({ key, type: 'string', value });
export const list = (key: Text, itemType: TypeName, items: readonly Value[]): Entry => ({
  key,
  type: 'array',
  value: { itemType, items },
});
export const tensor = (name: Text, dimensions: readonly number[], type: string | number = 'F32'): TensorItem => ({
  name,
  dimensions,
  type,
});

// Parts of the format.

function writeEntry(output: Output, { key, type, value, claims = {} }: Entry): void {
  output.text(key, 'key', claims.keyLength);
  output.u32(claims.type ?? TYPE_NAMES.indexOf(type));
  writeValue(output, type, value, claims.length);
}

function writeValue(output: Output, type: TypeName, value: Value, claimedLength?: number | bigint): void {
  if (type === 'string') output.text(value as Text, 'string', claimedLength);
  else if (type === 'array') {
    const { itemType, items, claims = {} } = value as List;
    output.u32(claims.itemType ?? TYPE_NAMES.indexOf(itemType));
    output.length(claims.count ?? items.length, 'array length');
    for (const item of items) writeValue(output, itemType, item);
  } else output.scalar(type, value as number | bigint | boolean);
}

function alignmentOf(metadata: readonly (Entry | Uint8Array)[]): number {
  for (const entry of metadata) {
    if (entry instanceof Uint8Array || entry.key !== 'general.alignment') continue;
    const value = Number(entry.value);
    return Number.isInteger(value) && value > 0 && entry.type !== 'string' ? value : 32;
  }
  return 32;
}

function rowOf(type: string): TensorType {
  const row = tensorTypeByName(type);
  if (row === undefined) throw new TypeError(`no tensor type ${type}`);
  return row;
}

function sizeOf({ name, dimensions, type, data }: TensorItem): number {
  if (data instanceof Uint8Array) return data.length;
  if (typeof data === 'number') return data;
  if (typeof type === 'number' && data === 'absent') return 0;
  if (typeof type === 'number') throw new TypeError(`${name}: how many bytes has type id ${type}? Give its data`);
  const { blockElements, blockBytes, rowBytes = 0, tailBytes = 0 } = rowOf(type);
  const [row = 1, ...others] = dimensions.map(Number);
  const rows = others.reduce((product, dimension) => product * dimension, 1);
  return row * rows === 0 ? 0 : rows * (rowBytes + Math.ceil(row / blockElements) * blockBytes) + tailBytes;
}

function roundUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** The bytes written so far, and the offsets of the lengths in them. */
class Output {
  readonly littleEndian: boolean;
  readonly lengthBytes: 4 | 8;
  readonly lengths: LengthField[] = [];
  readonly pieces: Uint8Array[] = [];
  position = 0;

  constructor(littleEndian: boolean, lengthBytes: 4 | 8) {
    this.littleEndian = littleEndian;
    this.lengthBytes = lengthBytes;
  }

  raw(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.position += bytes.length;
  }

  zeros(count: number): void {
    this.raw(new Uint8Array(count));
  }

  padTo(alignment: number): void {
    this.zeros(roundUp(this.position, alignment) - this.position);
  }

  u32(value: number): void {
    this.scalar('u32', value);
  }

  length(value: number | bigint, what: string): void {
    this.lengths.push({ what, offset: this.position, bytes: this.lengthBytes });
    if (this.lengthBytes === 8) this.scalar('u64', BigInt(value));
    else if (BigInt(value) <= 0xffff_ffffn) this.u32(Number(value));
    else throw new RangeError(`version 1 has 32 bits for the ${what}, too few for ${value}`);
  }

  text(value: Text, what: string, claimedLength?: number | bigint): void {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    this.length(claimedLength ?? bytes.length, `length of ${what}`);
    this.raw(bytes);
  }

  scalar(type: TypeName, value: number | bigint | boolean): void {
    const bytes = new Uint8Array(SCALAR_BYTES[type] ?? 0);
    const view = new DataView(bytes.buffer);
    const { littleEndian } = this;
    if (type === 'u64') view.setBigUint64(0, value as bigint, littleEndian);
    else if (type === 'i64') view.setBigInt64(0, value as bigint, littleEndian);
    else if (type === 'f64') view.setFloat64(0, value as number, littleEndian);
    else if (type === 'f32') view.setFloat32(0, value as number, littleEndian);
    else if (type === 'u32') view.setUint32(0, value as number, littleEndian);
    else if (type === 'i32') view.setInt32(0, value as number, littleEndian);
    else if (type === 'u16') view.setUint16(0, value as number, littleEndian);
    else if (type === 'i16') view.setInt16(0, value as number, littleEndian);
    else if (type === 'i8') view.setInt8(0, value as number);
    else view.setUint8(0, Number(value));
    this.raw(bytes);
  }

  join(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

const SCALAR_BYTES: Partial<Record<TypeName, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};
