/**
 * Plain floats: a block is one number. F32, F16 and BF16 have an exact float32, NaN payloads included; F64 is rounded to the
 * nearest one (exact-values.ts has the number itself).
 *
 * | type | bytes | sign, exponent, fraction | becomes a float32 |
 * | --- | --- | --- | --- |
 * | F64 | 8 | 1, 11, 52 bits | rounded |
 * | F32 | 4 | 1, 8, 23 | as it is |
 * | F16 | 2 | 1, 5, 10 | through the table of half.ts |
 * | BF16 | 2 | 1, 8, 7 | with 16 zero bits behind it |
 */

import { plainNumber } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { halfBits } from './half.js';

/** Whether this machine keeps numbers in the order of little-endian files, as nearly all do. */
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

/** The same numbers as bits: what is written there stays as it is, even where it is a NaN. */
function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

export const F64 = plainNumber('double', f64);
export const F32 = plainNumber('float', f32);
export const F16 = plainNumber('half', f16);
export const BF16 = plainNumber('bf16', bf16);
