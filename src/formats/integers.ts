/**
 * Plain integers: a block is one number, signed, in two's complement. What a float32 cannot hold (beyond 2^24) is rounded to the
 * nearest; exact-values.ts has the number itself.
 *
 * | type | bytes | range |
 * | --- | --- | --- |
 * | I8 | 1 | -2^7 to 2^7 - 1 |
 * | I16 | 2 | -2^15 to 2^15 - 1 |
 * | I32 | 4 | -2^31 to 2^31 - 1 |
 * | I64 | 8 | -2^63 to 2^63 - 1 |
 */

import { plainNumber } from './block-format.js';
import type { KernelMaker } from './byte-order.js';

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
 * The float32 nearest to an integer of 64 bits. Number() rounds to 53 bits first, and rounding twice can miss the nearest: all bits
 * that a float32 cannot see are folded into one first, which keeps every tie a tie.
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
