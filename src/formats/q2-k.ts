/**
 * Q2_K: blocks of 256 numbers, 2 bits each, in 16 groups of 16 with a scale and a minimum of 4 bits each.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 16 | for each group: its scale s in the low half, its minimum m in the high half |
 * | 16 | 64 | q, 2 bits each |
 * | 80 | 2 | d, half: the scale of the scales |
 * | 82 | 2 | dmin, half: the scale of the minimums |
 *
 * A number is d × s × q - dmin × m. The quants lie in two halves of 32 bytes for 128 numbers each: bits 0 and 1 of the 32 bytes are
 * the first 32 numbers, bits 2 and 3 the next ones, and so on.
 */

import { type BlockFormat, dmin, dOfScales, list, packed, quants } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { planesOfTwo } from './unpack-quants.js';

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
    formula: 'd × s × q - dmin × m',
    of: (b, { half }) => ({
      ...{ d: [half(b, 80)], dmin: [half(b, 82)] },
      s: list(16, (g) => (b[g] as number) & 15),
      m: list(16, (g) => (b[g] as number) >> 4),
      q: planesOfTwo(b, 16),
    }),
  },
};
