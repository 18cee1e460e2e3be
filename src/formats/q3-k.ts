/**
 * Q3_K: blocks of 256 numbers, 3 bits each, in 16 groups of 16 with a scale of 6 bits each.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 32 | the third bits: bit k of byte j is that of number 32 × k + j |
 * | 32 | 64 | the lower 2 bits of each q, in the order of Q2_K |
 * | 96 | 12 | the scales s: 4 bits of each in the first 8 bytes, then 2 bits of each |
 * | 108 | 2 | d, half: the scale of the scales |
 *
 * A number is d × (s - 32) × (q - 4).
 */

import { type BlockFormat, dOfScales, list, packed } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { planesOfOne, planesOfTwo, withHigh } from './unpack-quants.js';

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

/** The scale of a group as it is stored, 0 to 63; `at` is where the twelve bytes of scales begin. */
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
    formula: 'd × (s - 32) × (q - 4)',
    of: (b, { half }) => ({
      d: [half(b, 108)],
      s: list(16, (g) => scaleOfQ3K(b, 96, g)),
      q: withHigh(planesOfTwo(b, 32), planesOfOne(b, 0), 2),
    }),
  },
};
