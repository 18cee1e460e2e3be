/**
 * IQ4_NL and IQ4_XS: 4 bits each, which choose one of 16 levels that are not evenly spaced (value-tables.ts).
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

import type { ByteOrder, KernelMaker } from './byte-order.js';
import { IQ4_VALUES } from './value-tables.js';

export const iq4_nl: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 32) {
      group(bytes, from + 2, half(bytes, from), into, at);
    }
  };

export const iq4_xs: KernelMaker = (order) => (bytes, from, blocks, into, at) => {
  for (let block = 0; block < blocks; block++, from += 136, at += 256) {
    const d = order.half(bytes, from);
    for (let g = 0; g < 8; g++) {
      const scale = Math.fround(d * (scaleOfIQ4XS(bytes, from, order, g) - 32));
      group(bytes, from + 8 + g * 16, scale, into, at + g * 32);
    }
  }
};

/** The scale of a group as it is stored, 0 to 63; `at` is where the block begins. */
export function scaleOfIQ4XS(bytes: Uint8Array, at: number, { u16 }: ByteOrder, group: number): number {
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
