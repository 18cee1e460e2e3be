/**
 * Q5_0 and Q5_1: blocks of 32 numbers, 5 bits each: four as in Q4_0, and the fifth, worth 16, of number i is bit i of a word of 32
 * bits.
 *
 * | type | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- |
 * | Q5_0 | 0 | 2 | d, half: the scale | d × (q - 16) |
 * | | 2 | 4 | the fifth bits, one word | |
 * | | 6 | 16 | the lower 4 bits of each q | |
 * | Q5_1 | 0 | 2 | d, half: the scale | d × q + m |
 * | | 2 | 2 | m, half: the minimum | |
 * | | 4 | 4 | the fifth bits, one word | |
 * | | 8 | 16 | the lower 4 bits of each q | |
 */

import type { KernelMaker } from './byte-order.js';

export const q5_0: KernelMaker =
  ({ half, u32 }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 22, at += 32) {
      const d = half(bytes, from);
      const fifth = u32(bytes, from + 2);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 6 + j] as number;
        into[at + j] = d * (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16);
        into[at + 16 + j] = d * (((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) - 16);
      }
    }
  };

export const q5_1: KernelMaker =
  ({ half, u32 }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 24, at += 32) {
      const d = half(bytes, from);
      const m = half(bytes, from + 2);
      const fifth = u32(bytes, from + 4);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 8 + j] as number;
        into[at + j] = Math.fround(d * ((pair & 15) | (((fifth >>> j) & 1) << 4))) + m;
        into[at + 16 + j] = Math.fround(d * ((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4))) + m;
      }
    }
  };
