/**
 * IQ4_NL and IQ4_XS: 4 bits for each number, which select one of 16 unevenly spaced levels.
 *
 * | type | numbers | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- | --- |
 * | IQ4_NL | 32 | 0 | 2 | d, half: the scale | d × level(q) |
 * | | | 2 | 16 | q, 4 bits each, halves of bytes as in Q4_0 | |
 * | IQ4_XS | 256 | 0 | 2 | d, half: the scale of the scales | d × (s - 32) × level(q) |
 * | | | 2 | 2 | the upper 2 bits of 8 scales s, one word | |
 * | | | 4 | 4 | the lower 4 bits of 8 scales s | |
 * | | | 8 | 128 | q, 4 bits each: 16 bytes for each group of 32, as in Q4_0 | |
 */

import { type BlockFormat, d, dOfScales, list, type Parts, packed, quants } from './block-format.js';
import type { ByteOrder, KernelMaker } from './byte-order.js';
import { halves } from './unpack-quants.js';

/** The levels (ggml's `kvalues_iq4nl`): dense around zero, where most weights are. */
export const IQ4_VALUES = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

const iq4_nl: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 32) {
      group(bytes, from + 2, half(bytes, from), into, at);
    }
  };

const iq4_xs: KernelMaker = (order) => (bytes, from, blocks, into, at) => {
  for (let block = 0; block < blocks; block++, from += 136, at += 256) {
    const d = order.half(bytes, from);
    for (let g = 0; g < 8; g++) {
      const scale = Math.fround(d * (scaleOfIQ4XS(bytes, from, order, g) - 32));
      group(bytes, from + 8 + g * 16, scale, into, at + g * 32);
    }
  }
};

/** The stored scale of a group, 0 to 63; `at` is the start of the block. */
function scaleOfIQ4XS(bytes: Uint8Array, at: number, { u16 }: ByteOrder, group: number): number {
  const low = ((bytes[at + 4 + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
  return low | (((u16(bytes, at + 2) >> (2 * group)) & 3) << 4);
}

function group(bytes: Uint8Array, from: number, d: number, into: Float32Array, at: number): void {
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + j] as number;
    into[at + j] = d * (IQ4_VALUES[pair & 15] as number);
    into[at + 16 + j] = d * (IQ4_VALUES[pair >> 4] as number);
  }
}

export const IQ4_NL: BlockFormat = {
  dequantize: iq4_nl,
  fields: [d, quants(4, 16)],
  parts: { formula: 'd × level', of: (b, { half }) => ({ d: [half(b, 0)], ...levels(halves(b, 2, 32)) }) },
};

export const IQ4_XS: BlockFormat = {
  dequantize: iq4_xs,
  fields: [
    dOfScales,
    { name: 's high', unit: 'u16', count: 1, meaning: 'the upper 2 bits of 8 scales' },
    packed('s', 4, 'the lower 4 bits of 8 scales'),
    quants(4, 128),
  ],
  parts: {
    formula: 'd × (s − 32) × level',
    of: (b, order) => ({
      d: [order.half(b, 0)],
      s: list(8, (g) => scaleOfIQ4XS(b, 0, order, g)),
      ...levels(halves(b, 8, 256)),
    }),
  },
};

function levels(q: readonly number[]): Parts {
  return { q, level: q.map((index) => IQ4_VALUES[index] as number) };
}
