/**
 * Q2_K and Q3_K: blocks of 256 numbers, 2 or 3 bits each, in 16 groups of 16. Each group has a scale, and in Q2_K also a minimum.
 *
 * | type | offset | bytes | field |
 * | --- | --- | --- | --- |
 * | Q2_K | 0 | 16 | for each group: its scale s in the low half, its minimum m in the high half |
 * | | 16 | 64 | q, 2 bits each |
 * | | 80 | 2 | d, half: the scale of the scales |
 * | | 82 | 2 | dmin, half: the scale of the minimums |
 * | Q3_K | 0 | 32 | the third bits: bit k of byte j is that of number 32 × k + j |
 * | | 32 | 64 | the lower 2 bits of each q, in the order of Q2_K |
 * | | 96 | 12 | the scales s: 4 bits of each in the first 8 bytes, then 2 bits of each |
 * | | 108 | 2 | d, half: the scale of the scales |
 *
 * A number is d × s × q - dmin × m in Q2_K, d × (s - 32) × (q - 4) in Q3_K. The quants are in two halves of 32 bytes, for 128 numbers each:
 * bits 0 and 1 of the 32 bytes are the first 32 numbers, bits 2 and 3 the next ones, and so on.
 */

import { type BlockFormat, dmin, dOfScales, list, packed, quants } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { planesOfOne, planesOfTwo, withHigh } from './unpack-quants.js';

const q2_k: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 84, at += 256) {
      const d = half(bytes, from + 80);
      const dmin = half(bytes, from + 82);
      for (let group = 0; group < 16; group++) {
        const packed = bytes[from + group] as number;
        const scale = Math.fround(d * (packed & 15));
        const minimum = Math.fround(dmin * (packed >> 4));
        const quants = from + 16 + (group >> 3) * 32 + (group & 1) * 16;
        const shift = ((group >> 1) & 3) * 2;
        const target = at + group * 16;
        for (let j = 0; j < 16; j++) {
          into[target + j] = Math.fround(scale * (((bytes[quants + j] as number) >> shift) & 3)) - minimum;
        }
      }
    }
  };

export const Q2_K: BlockFormat = {
  dequantize: q2_k,
  fields: [
    packed('s, m', 16, 'scale and minimum of each group of 16 numbers, 4 bits each'),
    quants(2, 64),
    dOfScales,
    dmin,
  ],
  parts: {
    formula: 'd × s × q − dmin × m',
    of: (b, { half }) => ({
      ...{ d: [half(b, 80)], dmin: [half(b, 82)] },
      s: list(16, (g) => (b[g] as number) & 15),
      m: list(16, (g) => (b[g] as number) >> 4),
      q: planesOfTwo(b, 16),
    }),
  },
};

const q3_k: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 110, at += 256) {
      const d = half(bytes, from + 108);
      for (let group = 0; group < 16; group++) {
        const scale = Math.fround(d * (scaleOfQ3K(bytes, from + 96, group) - 32));
        const column = (group & 1) * 16;
        const quants = from + 32 + (group >> 3) * 32 + column;
        const shift = ((group >> 1) & 3) * 2;
        const third = from + column;
        const bit = group >> 1;
        const target = at + group * 16;
        for (let j = 0; j < 16; j++) {
          const low = ((bytes[quants + j] as number) >> shift) & 3;
          const high = (((bytes[third + j] as number) >> bit) & 1) << 2;
          into[target + j] = scale * ((low | high) - 4);
        }
      }
    }
  };

/** The stored scale of a group, 0 to 63; `at` is the start of the twelve bytes of scales. */
function scaleOfQ3K(bytes: Uint8Array, at: number, group: number): number {
  const low = ((bytes[at + (group & 7)] as number) >> (group < 8 ? 0 : 4)) & 15;
  const high = ((bytes[at + 8 + (group & 3)] as number) >> (2 * (group >> 2))) & 3;
  return low | (high << 4);
}

export const Q3_K: BlockFormat = {
  dequantize: q3_k,
  fields: [
    packed('q high', 32, 'the third bit of each quant'),
    packed('q', 64, 'the lower 2 bits of each quant'),
    packed('s', 12, 'scales of 16 groups of 16 numbers, 6 bits each'),
    dOfScales,
  ],
  parts: {
    formula: 'd × (s − 32) × (q − 4)',
    of: (b, { half }) => ({
      d: [half(b, 108)],
      s: list(16, (g) => scaleOfQ3K(b, 96, g)),
      q: withHigh(planesOfTwo(b, 32), planesOfOne(b, 0), 2),
    }),
  },
};
