/**
 * Reads a GGUF file into a description that can be changed and written again (gguf-writer.ts). It reads sound headers, versions 1 to 3 and
 * both byte orders, and keeps every value of every array. The product's own decoder skips arrays, so it cannot be used here.
 */

import {
  type Description,
  type Entry,
  layGguf,
  type TensorItem,
  TYPE_NAMES,
  type Value,
} from '../support/gguf-writer.js';

/** The parts that mutations change: the parts of a description, and the raw data section after the header. */
export interface Draft {
  version: number;
  littleEndian: boolean;
  metadata: Entry[];
  tensors: TensorItem[];
  alignment: number;
  data: Buffer;
}

const DEFAULT_ALIGNMENT = 32;

/** Throws a RangeError where the bytes are not a sound header. */
export function readDraft(bytes: Buffer): Draft {
  if (bytes.toString('latin1', 0, 4) !== 'GGUF') throw new RangeError('no GGUF');
  const littleEndian = bytes.readUInt32LE(4) < 65_536;
  const reader = new Reader(bytes, littleEndian);
  const version = reader.number('u32');
  reader.wide = version > 1;
  const [tensorCount, entryCount] = [reader.length(), reader.length()];
  const metadata = Array.from({ length: entryCount }, (): Entry => {
    const key = reader.text();
    const type = reader.type();
    return { key: textOrBytes(key), type, value: reader.value(type) };
  });
  const tensors = Array.from({ length: tensorCount }, (): TensorItem => {
    const name = textOrBytes(reader.text());
    const dimensions = Array.from({ length: reader.number('u32') }, () => reader.length());
    const type = reader.number('u32');
    return { name, dimensions, type, data: 'absent', claims: { offset: reader.scalar('u64') as bigint } };
  });
  const claimed = metadata.find(({ key, type }) => key === 'general.alignment' && type === 'u32')?.value as number;
  const alignment = claimed > 0 && claimed <= 65_536 ? claimed : DEFAULT_ALIGNMENT;
  const data = bytes.subarray(Math.ceil(reader.at / alignment) * alignment);
  return { version, littleEndian, metadata, tensors, alignment, data: Buffer.from(data) };
}

/** The bytes of a draft, and the offsets of its lengths and counts, which are the boundaries of its structure. */
export function writeDraft(draft: Draft): { bytes: Buffer; boundaries: number[] } {
  const { version, littleEndian, metadata, tensors, alignment, data } = draft;
  const description: Description = { version, littleEndian, metadata, tensors, alignment };
  const header = layGguf(description);
  const padding = Buffer.alloc(header.dataStart - header.headerBytes);
  const boundaries = [4, ...header.lengths.map(({ offset }) => offset), header.headerBytes, header.dataStart];
  return { bytes: Buffer.concat([header.bytes, padding, data]), boundaries };
}

/** Text where it is UTF-8, else the bytes. */
function textOrBytes(bytes: Buffer): string | Uint8Array {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

type ScalarName = Exclude<(typeof TYPE_NAMES)[number], 'string' | 'array'>;

class Reader {
  readonly #view: DataView;
  at = 4;
  /** Whether lengths have 64 bits, as in all versions but the first. */
  wide = true;

  readonly bytes: Buffer;
  readonly littleEndian: boolean;

  constructor(bytes: Buffer, littleEndian: boolean) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  number(type: 'u32' | 'u64'): number {
    return Number(this.scalar(type));
  }

  length(): number {
    const length = this.number(this.wide ? 'u64' : 'u32');
    // Each counted item takes at least one byte.
    if (length > 2 ** 40) throw new RangeError('a length of absurd size');
    return length;
  }

  text(): Buffer {
    const length = this.length();
    if (this.at + length > this.bytes.length) throw new RangeError('text past the end');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  type(): (typeof TYPE_NAMES)[number] {
    const type = TYPE_NAMES[this.number('u32')];
    if (type === undefined) throw new RangeError('no such type');
    return type;
  }

  value(type: (typeof TYPE_NAMES)[number]): Value {
    if (type === 'string') return textOrBytes(this.text());
    if (type !== 'array') return this.scalar(type);
    const itemType = this.type();
    const count = this.length();
    if (count > this.bytes.length) throw new RangeError('an array past the end');
    return { itemType, items: Array.from({ length: count }, () => this.value(itemType)) };
  }

  scalar(type: ScalarName): number | bigint {
    const [bytes, read] = SCALARS[type];
    this.at += bytes;
    return read(this.#view, this.at - bytes, this.littleEndian);
  }
}

const SCALARS: Record<ScalarName, [number, (view: DataView, at: number, little: boolean) => number | bigint]> = {
  u8: [1, (view, at) => view.getUint8(at)],
  i8: [1, (view, at) => view.getInt8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
  u16: [2, (view, at, little) => view.getUint16(at, little)],
  i16: [2, (view, at, little) => view.getInt16(at, little)],
  u32: [4, (view, at, little) => view.getUint32(at, little)],
  i32: [4, (view, at, little) => view.getInt32(at, little)],
  f32: [4, (view, at, little) => view.getFloat32(at, little)],
  u64: [8, (view, at, little) => view.getBigUint64(at, little)],
  i64: [8, (view, at, little) => view.getBigInt64(at, little)],
  f64: [8, (view, at, little) => view.getFloat64(at, little)],
};
