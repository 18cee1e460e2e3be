/**
 * Q4_K and Q5_K: blocks of 256 numbers, 4 or 5 bits each, in 8 groups of 32 with a scale and a minimum of 6 bits each.
 *
 * | type | offset | bytes | field |
 * | --- | --- | --- | --- |
 * | both | 0 | 2 | d, half: the scale of the scales |
 * | | 2 | 2 | dmin, half: the scale of the minimums |
 * | | 4 | 12 | for each group its scale s and its minimum m, packed as below |
 * | Q4_K | 16 | 128 | q, 4 bits each |
 * | Q5_K | 16 | 32 | the fifth bits: bit g of byte j is that of number j of group g |
 * | | 48 | 128 | the lower 4 bits of each q |
 *
 * A number is d × s × q - dmin × m. 32 bytes of quants hold two groups: the first in the low halves, the second in the high ones. The
 * twelve bytes: for groups 0 to 3, s is in the low 6 bits of bytes 0 to 3 and m in those of bytes 4 to 7. For groups 4 to 7, the lower 4
 * bits of s are in the low halves of bytes 8 to 11 and those of m in the high halves; their upper 2 bits are the remaining bits of bytes 0
 * to 7.
 */

import { type BlockFormat, dmin, dOfScales, list, type Parts, packed, quants } from './block-format.js';
import type { ByteOrder, KernelMaker } from './byte-order.js';
import { halves, planesOfOne, withHigh } from './unpack-quants.js';

const q4_k: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 144, at += 256) {
      const d = half(bytes, from);
      const dmin = half(bytes, from + 2);
      for (let group = 0; group < 8; group++) {
        const scale = Math.fround(d * scaleOfQ4K(bytes, from + 4, group));
        const minimum = Math.fround(dmin * minimumOfQ4K(bytes, from + 4, group));
        const quants = from + 16 + (group >> 1) * 32;
        const shift = (group & 1) * 4;
        const target = at + group * 32;
        for (let j = 0; j < 32; j++) {
          into[target + j] = Math.fround(scale * (((bytes[quants + j] as number) >> shift) & 15)) - minimum;
        }
      }
    }
  };

const q5_k: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 176, at += 256) {
      const d = half(bytes, from);
      const dmin = half(bytes, from + 2);
      for (let group = 0; group < 8; group++) {
        const scale = Math.fround(d * scaleOfQ4K(bytes, from + 4, group));
        const minimum = Math.fround(dmin * minimumOfQ4K(bytes, from + 4, group));
        const fifth = from + 16;
        const quants = from + 48 + (group >> 1) * 32;
        const shift = (group & 1) * 4;
        const target = at + group * 32;
        for (let j = 0; j < 32; j++) {
          const low = ((bytes[quants + j] as number) >> shift) & 15;
          const high = (((bytes[fifth + j] as number) >> group) & 1) << 4;
          into[target + j] = Math.fround(scale * (low | high)) - minimum;
        }
      }
    }
  };

/** The stored scale of a group, 0 to 63; `at` is the start of the twelve bytes. */
function scaleOfQ4K(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return (bytes[at + group] as number) & 63;
  return ((bytes[at + 4 + group] as number) & 15) | (((bytes[at + group - 4] as number) >> 6) << 4);
}

/** The stored minimum of a group, 0 to 63. */
function minimumOfQ4K(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return (bytes[at + 4 + group] as number) & 63;
  return ((bytes[at + 4 + group] as number) >> 4) | (((bytes[at + group] as number) >> 6) << 4);
}

const scalesAndMinimums = packed('s, m', 12, 'scales and minimums of 8 groups of 32 numbers, 6 bits each');
const formula = 'd × s × q − dmin × m';

export const Q4_K: BlockFormat = {
  dequantize: q4_k,
  fields: [dOfScales, dmin, scalesAndMinimums, quants(4, 128)],
  parts: { formula, of: (b, order) => ({ ...scalesOf(b, order), q: halves(b, 16, 256, 32) }) },
};

export const Q5_K: BlockFormat = {
  dequantize: q5_k,
  fields: [
    dOfScales,
    dmin,
    scalesAndMinimums,
    packed('q high', 32, 'the fifth bit of each quant'),
    packed('q', 128, 'the lower 4 bits of each quant'),
  ],
  parts: {
    formula,
    of: (b, order) => ({ ...scalesOf(b, order), q: withHigh(halves(b, 48, 256, 32), planesOfOne(b, 16), 4) }),
  },
};

function scalesOf(b: Uint8Array, { half }: ByteOrder): Parts {
  return {
    ...{ d: [half(b, 0)], dmin: [half(b, 2)] },
    s: list(8, (g) => scaleOfQ4K(b, 4, g)),
    m: list(8, (g) => minimumOfQ4K(b, 4, g)),
  };
}
