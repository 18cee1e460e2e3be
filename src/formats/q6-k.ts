/**
 * Q6_K: blocks of 256 numbers, 6 bits each, in 16 groups of 16 with a scale of 8 bits each.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 128 | the lower 4 bits of each q |
 * | 128 | 64 | the upper 2 bits of each q |
 * | 192 | 16 | the scales s, signed |
 * | 208 | 2 | d, half: the scale of the scales |
 *
 * A number is d × s × (q - 32). Each half of a block, 128 numbers, has 64 bytes of lower bits and 32 of upper ones. Of its four runs
 * of 32 numbers the first two have their lower bits in the low halves of those 64 bytes, the last two in the high halves; run r has
 * bits 2r and 2r + 1 of the 32 bytes.
 */

import { type BlockFormat, dOfScales, list, packed } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { signedBytes } from './unpack-quants.js';

const q6_k: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 210, at += 256) {
      const d = half(bytes, from + 208);
      for (let group = 0; group < 16; group++) {
        const scale = Math.fround(d * (((bytes[from + 192 + group] as number) << 24) >> 24));
        const run = (group >> 1) & 3;
        const column = (group & 1) * 16;
        const lower = from + (group >> 3) * 64 + (run & 1) * 32 + column;
        const upper = from + 128 + (group >> 3) * 32 + column;
        const lowerShift = (run >> 1) * 4;
        const upperShift = run * 2;
        const target = at + group * 16;
        for (let j = 0; j < 16; j++) {
          const low = ((bytes[lower + j] as number) >> lowerShift) & 15;
          const high = (((bytes[upper + j] as number) >> upperShift) & 3) << 4;
          into[target + j] = scale * ((low | high) - 32);
        }
      }
    }
  };

export const Q6_K: BlockFormat = {
  dequantize: q6_k,
  fields: [
    packed('q', 128, 'the lower 4 bits of each quant'),
    packed('q high', 64, 'the upper 2 bits of each quant'),
    { name: 's', unit: 'i8', count: 16, meaning: 'scales of 16 groups of 16 numbers, signed bytes' },
    dOfScales,
  ],
  parts: {
    formula: 'd × s × (q − 32)',
    of: (b, { half }) => ({ d: [half(b, 208)], s: signedBytes(b, 192, 16), q: quantsOfQ6K(b) }),
  },
};

function quantsOfQ6K(bytes: Uint8Array): number[] {
  return list(256, (i) => {
    const side = i >> 7;
    const run = (i >> 5) & 3;
    const lower = bytes[side * 64 + (run & 1) * 32 + (i & 31)] as number;
    const upper = bytes[128 + side * 32 + (i & 31)] as number;
    return ((lower >> ((run >> 1) * 4)) & 15) | (((upper >> (2 * run)) & 3) << 4);
  });
}
