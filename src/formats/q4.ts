/**
 * Q4_0 and Q4_1: blocks of 32 numbers, 4 bits each. The low half of byte j is number j, the high half number j + 16.
 *
 * | type | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- |
 * | Q4_0 | 0 | 2 | d, half: the scale | d × (q - 8) |
 * | | 2 | 16 | q, 4 bits each | |
 * | Q4_1 | 0 | 2 | d, half: the scale | d × q + m |
 * | | 2 | 2 | m, half: the minimum | |
 * | | 4 | 16 | q, 4 bits each | |
 */

import { type BlockFormat, d, m, quants } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { halves } from './unpack-quants.js';

const q4_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 32) {
      const d = half(bytes, from);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 2 + j] as number;
        into[at + j] = d * ((pair & 15) - 8);
        into[at + 16 + j] = d * ((pair >> 4) - 8);
      }
    }
  };

const q4_1: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 20, at += 32) {
      const d = half(bytes, from);
      const m = half(bytes, from + 2);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 4 + j] as number;
        into[at + j] = Math.fround(d * (pair & 15)) + m;
        into[at + 16 + j] = Math.fround(d * (pair >> 4)) + m;
      }
    }
  };

export const Q4_0: BlockFormat = {
  dequantize: q4_0,
  fields: [d, quants(4, 16)],
  parts: { formula: 'd × (q - 8)', of: (b, { half }) => ({ d: [half(b, 0)], q: halves(b, 2, 32) }) },
};

export const Q4_1: BlockFormat = {
  dequantize: q4_1,
  fields: [d, m, quants(4, 16)],
  parts: {
    formula: 'd × q + m',
    of: (b, { half }) => ({ d: [half(b, 0)], m: [half(b, 2)], q: halves(b, 4, 32) }),
  },
};
