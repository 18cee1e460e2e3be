/**
 * Q1_0: blocks of 128 numbers, one bit each: the scale or its opposite.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 2 | d, half: the scale |
 * | 2 | 16 | q, 1 bit each, eight in a row to a byte |
 *
 * A number is d where q is 1, and -d where it is 0.
 */

import type { KernelMaker } from './byte-order.js';

export const q1_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 128) {
      const d = half(bytes, from);
      for (let i = 0; i < 128; i++) {
        into[at + i] = d * (2 * (((bytes[from + 2 + (i >> 3)] as number) >> (i & 7)) & 1) - 1);
      }
    }
  };
