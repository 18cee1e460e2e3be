/**
 * IQ1_S and IQ1_M: blocks of 256 numbers. Each eight numbers are a vector of -1, 0 and 1 from a codebook of 2,048, all shifted up or down
 * by 1/8.
 *
 * | type | offset | bytes | field |
 * | --- | --- | --- | --- |
 * | IQ1_S | 0 | 2 | d, half: the scale of the scales |
 * | | 2 | 32 | the lower 8 bits of 32 indices into the codebook |
 * | | 34 | 16 | 8 words, one for each group of 32: 3 upper bits of 4 indices, 3 bits scale s, 1 bit: shifted down |
 * | IQ1_M | 0 | 32 | the lower 8 bits of 32 indices |
 * | | 32 | 16 | for each index 4 bits: its 3 upper bits, 1 bit: shifted down |
 * | | 48 | 8 | 4 words: 4 scales s of 3 bits each for 16 numbers each, and in the top bits 4 bits of d, a half |
 *
 * A number is d × (2s + 1) × (vector ± 1/8).
 */

import { type BlockFormat, dOfScales, packed } from './block-format.js';
import type { ByteOrder, KernelMaker } from './byte-order.js';
import { codebookParts, indices } from './codebook-parts.js';
import { codebook } from './codebooks.js';
import { halfValues } from './half.js';

const SHIFT = 0.125;

const iq1_s: KernelMaker = (order) => {
  const grid = codebook('IQ1');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 50, at += 256) {
      const d = order.half(bytes, from);
      for (let g = 0; g < 8; g++) {
        const word = order.u16(bytes, from + 34 + 2 * g);
        const scale = Math.fround(d * (2 * ((word >> 12) & 7) + 1));
        const shift = (word & 0x8000) === 0 ? SHIFT : -SHIFT;
        for (let l = 0; l < 4; l++) {
          const index = (bytes[from + 2 + 4 * g + l] as number) | (((word >> (3 * l)) & 7) << 8);
          vector(grid, index, scale, shift, into, at + 32 * g + 8 * l);
        }
      }
    }
  };
};

const iq1_m: KernelMaker = (order) => {
  const grid = codebook('IQ1');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 56, at += 256) {
      const d = scaleOfIQ1M(bytes, from, order);
      for (let i = 0; i < 32; i++) {
        const nibble = (bytes[from + 32 + (i >> 1)] as number) >> (4 * (i & 1));
        const scale = Math.fround(d * (2 * groupScaleOfIQ1M(bytes, from, order, i >> 1) + 1));
        const index = (bytes[from + i] as number) | ((nibble & 7) << 8);
        vector(grid, index, scale, (nibble & 8) === 0 ? SHIFT : -SHIFT, into, at + 8 * i);
      }
    }
  };
};

/** d of an IQ1_M block that begins at `at`: the top four bits of each word of scales hold four of its bits, lowest first. */
function scaleOfIQ1M(bytes: Uint8Array, at: number, { u16 }: ByteOrder): number {
  let half = 0;
  for (let word = 0; word < 4; word++) half |= (u16(bytes, at + 48 + 2 * word) >> 12) << (4 * word);
  return halfValues()[half] as number;
}

/** The stored scale of a group of 16 numbers of IQ1_M, 0 to 7. */
function groupScaleOfIQ1M(bytes: Uint8Array, at: number, { u16 }: ByteOrder, group: number): number {
  return (u16(bytes, at + 48 + 2 * (group >> 2)) >> (3 * (group & 3))) & 7;
}

function vector(grid: Int8Array, index: number, scale: number, shift: number, into: Float32Array, at: number): void {
  for (let j = 0; j < 8; j++) into[at + j] = scale * ((grid[8 * index + j] as number) + shift);
}

const formula = 'd × (2 × s + 1) × v';
const factor = (s: number) => 2 * s + 1;

export const IQ1_S: BlockFormat = {
  dequantize: iq1_s,
  fields: [
    dOfScales,
    indices(32),
    {
      name: 'index high, s, shift',
      unit: 'u16',
      count: 8,
      meaning: 'for 32 numbers: 4 × 3 bits, a scale of 3 bits, a sign',
    },
  ],
  parts: codebookParts({
    ...{ formula, factor, kernel: iq1_s, groups: 8 },
    groupScale: (b, { u16 }, g) => (u16(b, 34 + 2 * g) >> 12) & 7,
  }),
};

export const IQ1_M: BlockFormat = {
  dequantize: iq1_m,
  fields: [
    indices(32),
    packed('index high, shift', 16, 'for 8 numbers: 3 upper bits of the index and a sign'),
    {
      ...{ name: 's, d', unit: 'u16', count: 4, role: 'scale', scale: scaleOfIQ1M },
      meaning: 'for 64 numbers: 4 scales of 3 bits; the top 4 bits are part of d, a half',
    },
  ],
  parts: codebookParts({
    ...{ formula, factor, kernel: iq1_m, groups: 16, scale: scaleOfIQ1M, setScaleToOne },
    groupScale: (b, order, g) => groupScaleOfIQ1M(b, 0, order, g),
  }),
};

/** Writes the half 0x3c00, which is 1, in pieces of four bits. */
function setScaleToOne(block: Uint8Array, littleEndian: boolean): void {
  for (const [word, bits] of [0x0, 0x0, 0xc, 0x3].entries()) {
    const top = 48 + 2 * word + (littleEndian ? 1 : 0);
    block[top] = ((block[top] as number) & 15) | (bits << 4);
  }
}
