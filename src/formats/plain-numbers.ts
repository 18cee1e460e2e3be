/**
 * Plain numbers: a block is a single number. F32, F16 and BF16 have an exact float32, NaN payloads included. What float32 cannot represent
 * (an F64, an integer beyond 2^24) is rounded to the nearest float32; exact-values.ts gives the exact number.
 *
 * | type | bytes | holds | becomes a float32 |
 * | --- | --- | --- | --- |
 * | F64 | 8 | sign 1, exponent 11, fraction 52 bits | rounded |
 * | F32 | 4 | 1, 8, 23 | as it is |
 * | F16 | 2 | 1, 5, 10 | through the table of half.ts |
 * | BF16 | 2 | 1, 8, 7 | with 16 zero bits appended |
 * | I8 | 1 | -2^7 to 2^7 - 1, in two's complement | as it is |
 * | I16 | 2 | -2^15 to 2^15 - 1 | as it is |
 * | I32 | 4 | -2^31 to 2^31 - 1 | rounded |
 * | I64 | 8 | -2^63 to 2^63 - 1 | rounded |
 */

import { plainNumber } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { halfBits } from './half.js';

/** Whether this machine is little-endian, as nearly all are. */
const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const f64: KernelMaker =
  ({ littleEndian }) =>
  (bytes, from, blocks, into, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, 8 * blocks);
    for (let i = 0; i < blocks; i++) into[at + i] = view.getFloat64(8 * i, littleEndian);
  };

const f32: KernelMaker =
  ({ littleEndian, u32 }) =>
  (bytes, from, blocks, into, at) => {
    if (littleEndian === HOST_LITTLE_ENDIAN) {
      const target = new Uint8Array(into.buffer, into.byteOffset + 4 * at, 4 * blocks);
      target.set(bytes.subarray(from, from + 4 * blocks));
      return;
    }
    const target = bitsOf(into);
    for (let i = 0; i < blocks; i++) target[at + i] = u32(bytes, from + 4 * i);
  };

const f16: KernelMaker =
  ({ littleEndian }) =>
  (bytes, from, blocks, into, at) => {
    const table = halfBits();
    const target = bitsOf(into);
    const [low, high] = littleEndian ? [from, from + 1] : [from + 1, from];
    for (let i = 0; i < blocks; i++) {
      target[at + i] = table[(bytes[low + 2 * i] as number) | ((bytes[high + 2 * i] as number) << 8)] as number;
    }
  };

const bf16: KernelMaker =
  ({ littleEndian }) =>
  (bytes, from, blocks, into, at) => {
    const target = bitsOf(into);
    const [low, high] = littleEndian ? [from, from + 1] : [from + 1, from];
    for (let i = 0; i < blocks; i++) {
      target[at + i] = ((bytes[low + 2 * i] as number) << 16) | ((bytes[high + 2 * i] as number) << 24);
    }
  };

/** The same memory as bits: writing bits keeps them unchanged, even those of a NaN. */
function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

export const F64 = plainNumber('double', f64);
export const F32 = plainNumber('float', f32);
export const F16 = plainNumber('half', f16);
export const BF16 = plainNumber('bf16', bf16);

const i8: KernelMaker = () => (bytes, from, blocks, into, at) => {
  for (let i = 0; i < blocks; i++) into[at + i] = ((bytes[from + i] as number) << 24) >> 24;
};

const i16: KernelMaker =
  ({ u16 }) =>
  (bytes, from, blocks, into, at) => {
    for (let i = 0; i < blocks; i++) into[at + i] = (u16(bytes, from + 2 * i) << 16) >> 16;
  };

const i32: KernelMaker =
  ({ u32 }) =>
  (bytes, from, blocks, into, at) => {
    for (let i = 0; i < blocks; i++) into[at + i] = u32(bytes, from + 4 * i) | 0;
  };

const i64: KernelMaker =
  ({ littleEndian }) =>
  (bytes, from, blocks, into, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, 8 * blocks);
    for (let i = 0; i < blocks; i++) into[at + i] = nearestFloat(view.getBigInt64(8 * i, littleEndian));
  };

/**
 * The float32 nearest to a 64-bit integer. Number() first rounds to 53 bits, and rounding twice can miss the nearest float32. So all bits
 * beyond float32's precision are first folded into one, which keeps every tie a tie.
 */
function nearestFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return Number(value);
  const folded = ((magnitude >> 11n) | ((magnitude & 0x7ffn) === 0n ? 0n : 1n)) << 11n;
  const float = Math.fround(Number(folded));
  return value < 0n ? -float : float;
}

export const I8 = plainNumber('i8', i8);
export const I16 = plainNumber('i16', i16);
export const I32 = plainNumber('i32', i32);
export const I64 = plainNumber('i64', i64);
