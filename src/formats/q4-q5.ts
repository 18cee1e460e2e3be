/**
 * Q4_0, Q4_1, Q5_0 and Q5_1: blocks of 32 numbers, 4 or 5 bits each. The low half of byte j holds four bits of number j, the high half
 * those of number j + 16. The fifth bit of number i, worth 16, is bit i of a word of 32 bits.
 *
 * | type | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- |
 * | Q4_0 | 0 | 2 | d, half: the scale | d × (q - 8) |
 * | | 2 | 16 | q, 4 bits each | |
 * | Q4_1 | 0 | 2 | d, half: the scale | d × q + m |
 * | | 2 | 2 | m, half: the minimum | |
 * | | 4 | 16 | q, 4 bits each | |
 * | Q5_0 | 0 | 2 | d, half: the scale | d × (q - 16) |
 * | | 2 | 4 | the fifth bits, one word | |
 * | | 6 | 16 | the lower 4 bits of each q | |
 * | Q5_1 | 0 | 2 | d, half: the scale | d × q + m |
 * | | 2 | 2 | m, half: the minimum | |
 * | | 4 | 4 | the fifth bits, one word | |
 * | | 8 | 16 | the lower 4 bits of each q | |
 */

import { type BlockField, type BlockFormat, d, m, packed, quants } from './block-format.js';
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

const q5_0: KernelMaker =
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

const q5_1: KernelMaker =
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

export const Q4_0: BlockFormat = {
  dequantize: q4_0,
  fields: [d, quants(4, 16)],
  parts: { formula: 'd × (q − 8)', of: (b, { half }) => ({ d: [half(b, 0)], q: halves(b, 2, 32) }) },
};

export const Q4_1: BlockFormat = {
  dequantize: q4_1,
  fields: [d, m, quants(4, 16)],
  parts: {
    formula: 'd × q + m',
    of: (b, { half }) => ({ d: [half(b, 0)], m: [half(b, 2)], q: halves(b, 4, 32) }),
  },
};

const fifthBits: BlockField = { name: 'q high', unit: 'u32', count: 1, meaning: 'the fifth bit of each quant' };
const lower = packed('q', 16, 'the lower 4 bits of each quant');

export const Q5_0: BlockFormat = {
  dequantize: q5_0,
  fields: [d, fifthBits, lower],
  parts: {
    formula: 'd × (q − 16)',
    of: (b, { half, u32 }) => ({ d: [half(b, 0)], q: withFifth(halves(b, 6, 32), u32(b, 2)) }),
  },
};

export const Q5_1: BlockFormat = {
  dequantize: q5_1,
  fields: [d, m, fifthBits, lower],
  parts: {
    formula: 'd × q + m',
    of: (b, { half, u32 }) => ({ d: [half(b, 0)], m: [half(b, 2)], q: withFifth(halves(b, 8, 32), u32(b, 4)) }),
  },
};

function withFifth(low: readonly number[], word: number): number[] {
  return low.map((value, i) => value | (((word >>> i) & 1) << 4));
}
