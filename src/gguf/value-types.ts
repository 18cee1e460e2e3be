/**
 * The types of metadata values, one row each (GGUF specification, `gguf_metadata_value_type`): the id in the file, the displayed name, the
 * size of a value in bytes, and how it is read from the window once its bytes are available.
 */

import type { Window } from '../io/window.js';

/** A value of fixed size. 64-bit integers stay bigint, so that no digit is lost. */
export type Scalar = number | bigint | boolean;

export interface ValueType {
  id: number;
  name: string;
  /** Bytes of one value; 0 for strings and arrays, which state their own length. */
  bytes: number;
  read(window: Window): Scalar;
}

function notScalar(): never {
  throw new TypeError('strings and arrays are read by metadata.ts');
}

export const VALUE_TYPES = [
  { id: 0, name: 'u8', bytes: 1, read: (w) => w.view.getUint8(w.position) },
  { id: 1, name: 'i8', bytes: 1, read: (w) => w.view.getInt8(w.position) },
  { id: 2, name: 'u16', bytes: 2, read: (w) => w.view.getUint16(w.position, w.littleEndian) },
  { id: 3, name: 'i16', bytes: 2, read: (w) => w.view.getInt16(w.position, w.littleEndian) },
  { id: 4, name: 'u32', bytes: 4, read: (w) => w.view.getUint32(w.position, w.littleEndian) },
  { id: 5, name: 'i32', bytes: 4, read: (w) => w.view.getInt32(w.position, w.littleEndian) },
  { id: 6, name: 'f32', bytes: 4, read: (w) => w.view.getFloat32(w.position, w.littleEndian) },
  { id: 7, name: 'bool', bytes: 1, read: (w) => w.view.getUint8(w.position) !== 0 },
  { id: 8, name: 'string', bytes: 0, read: notScalar },
  { id: 9, name: 'array', bytes: 0, read: notScalar },
  { id: 10, name: 'u64', bytes: 8, read: (w) => w.view.getBigUint64(w.position, w.littleEndian) },
  { id: 11, name: 'i64', bytes: 8, read: (w) => w.view.getBigInt64(w.position, w.littleEndian) },
  { id: 12, name: 'f64', bytes: 8, read: (w) => w.view.getFloat64(w.position, w.littleEndian) },
] as const satisfies readonly ValueType[];

export type ValueTypeName = (typeof VALUE_TYPES)[number]['name'];
