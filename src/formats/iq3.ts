/**
 * IQ3_XXS and IQ3_S: blocks of 256 numbers. Each four numbers are a vector from a codebook, with a sign for each.
 *
 * | type | offset | bytes | field | number |
 * | --- | --- | --- | --- | --- |
 * | IQ3_XXS | 0 | 2 | d, half: the scale of the scales | d × (s + 1/2) / 2 × ± vector |
 * | | 2 | 64 | 64 indices | |
 * | | 66 | 32 | for each group of 32 a word: 4 signs of 7 bits and 4 bits scale s | |
 * | IQ3_S | 0 | 2 | d, half: the scale of the scales | d × (2s + 1) × ± vector |
 * | | 2 | 64 | the lower 8 bits of 64 indices | |
 * | | 66 | 8 | the ninth bits of 64 indices | |
 * | | 74 | 32 | the signs of eight numbers in a byte | |
 * | | 106 | 4 | 8 scales s of 4 bits for 32 numbers each, the low half first | |
 */

import { type BlockFormat, dOfScales, packed } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { codebookParts, indices, signs } from './codebook-parts.js';
import { codebook, evenSigns } from './codebooks.js';

const iq3_xxs: KernelMaker = ({ half, u32 }) => {
  const grid = codebook('IQ3_XXS');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 98, at += 256) {
      const d = half(bytes, from);
      for (let g = 0; g < 8; g++) {
        const word = u32(bytes, from + 66 + 4 * g);
        const scale = Math.fround(Math.fround(d * (0.5 + (word >>> 28))) * 0.5);
        for (let l = 0; l < 8; l++) {
          const signs = evenSigns((word >>> (7 * (l >> 1))) & 127) >> (4 * (l & 1));
          vector(grid, bytes[from + 2 + 8 * g + l] as number, signs, scale, into, at + 32 * g + 4 * l);
        }
      }
    }
  };
};

const iq3_s: KernelMaker = ({ half }) => {
  const grid = codebook('IQ3_S');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 110, at += 256) {
      const d = half(bytes, from);
      for (let i = 0; i < 64; i++) {
        const scale = Math.fround(d * (1 + 2 * groupScaleOfIQ3S(bytes, from, i >> 3)));
        const ninth = ((bytes[from + 66 + (i >> 3)] as number) >> (i & 7)) & 1;
        const signs = (bytes[from + 74 + (i >> 1)] as number) >> (4 * (i & 1));
        vector(grid, (bytes[from + 2 + i] as number) | (ninth << 8), signs, scale, into, at + 4 * i);
      }
    }
  };
};

/** The stored scale of a group of 32 numbers of IQ3_S, 0 to 15; `at` is the start of the block. */
function groupScaleOfIQ3S(bytes: Uint8Array, at: number, group: number): number {
  return ((bytes[at + 106 + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
}

function vector(grid: Int8Array, index: number, signs: number, scale: number, into: Float32Array, at: number): void {
  for (let j = 0; j < 4; j++) {
    into[at + j] = scale * (grid[4 * index + j] as number) * (1 - 2 * ((signs >> j) & 1));
  }
}

export const IQ3_XXS: BlockFormat = {
  dequantize: iq3_xxs,
  fields: [
    dOfScales,
    packed('index', 64, 'indices into the codebook'),
    { name: 'signs, s', unit: 'u32', count: 8, meaning: 'for 32 numbers: 4 × 7 signs and a scale of 4 bits' },
  ],
  parts: codebookParts({
    ...{ formula: 'd × (s + 0.5) / 2 × v', factor: (s) => (s + 0.5) / 2, kernel: iq3_xxs, groups: 8 },
    groupScale: (b, { u32 }, g) => u32(b, 66 + 4 * g) >>> 28,
  }),
};

export const IQ3_S: BlockFormat = {
  dequantize: iq3_s,
  fields: [
    dOfScales,
    indices(64),
    packed('index high', 8, 'the ninth bits of the indices'),
    signs,
    packed('s', 4, 'scales of groups of 32 numbers, 4 bits each'),
  ],
  parts: codebookParts({
    ...{ formula: 'd × (2 × s + 1) × v', factor: (s) => 2 * s + 1, kernel: iq3_s, groups: 8 },
    groupScale: (b, _, g) => groupScaleOfIQ3S(b, 0, g),
  }),
};
