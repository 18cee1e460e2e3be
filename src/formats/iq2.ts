/**
 * IQ2_XXS, IQ2_XS and IQ2_S: blocks of 256 numbers. Each eight numbers are a vector from a codebook, with a sign for each.
 *
 * | type | offset | bytes | field |
 * | --- | --- | --- | --- |
 * | all | 0 | 2 | d, half: the scale of the scales |
 * | IQ2_XXS | 2 | 64 | for each group of 32 two words of 32 bits: 4 indices of 8 bits; 4 signs of 7 bits and 4 bits scale s |
 * | IQ2_XS | 2 | 64 | 32 words of 16 bits: 9 bits index, 7 bits signs |
 * | | 66 | 8 | 16 scales s of 4 bits for 16 numbers each, the low half first |
 * | IQ2_S | 2 | 32 | the lower 8 bits of 32 indices |
 * | | 34 | 32 | the signs of eight numbers in a byte |
 * | | 66 | 8 | the upper 2 bits of 32 indices |
 * | | 74 | 8 | 16 scales s as in IQ2_XS |
 *
 * A number is d × (s + 1/2) / 4 × ± vector. Only seven of eight sign bits are stored; the eighth is computed (evenSigns).
 */

import { type BlockFormat, dOfScales, packed } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { codebookParts, indices, signs } from './codebook-parts.js';
import { codebook, evenSigns } from './codebooks.js';

const iq2_xxs: KernelMaker = ({ half, u32 }) => {
  const grid = codebook('IQ2_XXS');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 66, at += 256) {
      const d = half(bytes, from);
      for (let g = 0; g < 8; g++) {
        const indices = u32(bytes, from + 2 + 8 * g);
        const rest = u32(bytes, from + 6 + 8 * g);
        const scale = scaleOfIQ2(d, rest >>> 28);
        for (let l = 0; l < 4; l++) {
          const signs = evenSigns((rest >>> (7 * l)) & 127);
          vector(grid, (indices >>> (8 * l)) & 255, signs, scale, into, at + 32 * g + 8 * l);
        }
      }
    }
  };
};

const iq2_xs: KernelMaker = ({ half, u16 }) => {
  const grid = codebook('IQ2_XS');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 74, at += 256) {
      const d = half(bytes, from);
      for (let i = 0; i < 32; i++) {
        const word = u16(bytes, from + 2 + 2 * i);
        const scale = scaleOfIQ2(d, groupScaleOfIQ2(bytes, from + 66, i >> 1));
        vector(grid, word & 511, evenSigns(word >> 9), scale, into, at + 8 * i);
      }
    }
  };
};

const iq2_s: KernelMaker = ({ half }) => {
  const grid = codebook('IQ2_S');
  return (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 82, at += 256) {
      const d = half(bytes, from);
      for (let i = 0; i < 32; i++) {
        const upper = ((bytes[from + 66 + (i >> 2)] as number) >> (2 * (i & 3))) & 3;
        const index = (bytes[from + 2 + i] as number) | (upper << 8);
        const scale = scaleOfIQ2(d, groupScaleOfIQ2(bytes, from + 74, i >> 1));
        vector(grid, index, bytes[from + 34 + i] as number, scale, into, at + 8 * i);
      }
    }
  };
};

/** d × (s + 1/2) / 4, rounded as in ggml. */
function scaleOfIQ2(d: number, s: number): number {
  return Math.fround(Math.fround(d * (0.5 + s)) * 0.25);
}

/** The stored scale of a group of 16 numbers of IQ2_XS or IQ2_S, 0 to 15; `at` is the start of the eight bytes. */
function groupScaleOfIQ2(bytes: Uint8Array, at: number, group: number): number {
  return ((bytes[at + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
}

function vector(grid: Int8Array, index: number, signs: number, scale: number, into: Float32Array, at: number): void {
  for (let j = 0; j < 8; j++) {
    into[at + j] = scale * (grid[8 * index + j] as number) * (1 - 2 * ((signs >> j) & 1));
  }
}

const formula = 'd × (s + 0.5) / 4 × v';
const factor = (s: number) => (s + 0.5) / 4;
const scales4 = packed('s', 8, 'scales of groups of 16 numbers, 4 bits each');

export const IQ2_XXS: BlockFormat = {
  dequantize: iq2_xxs,
  fields: [
    dOfScales,
    {
      name: 'index, signs, s',
      unit: 'u32',
      count: 16,
      meaning: 'for 32 numbers: 4 indices, 4 × 7 signs, a scale of 4 bits',
    },
  ],
  parts: codebookParts({
    ...{ formula, factor, kernel: iq2_xxs, groups: 8 },
    groupScale: (b, { u32 }, g) => u32(b, 6 + 8 * g) >>> 28,
  }),
};

export const IQ2_XS: BlockFormat = {
  dequantize: iq2_xs,
  fields: [
    dOfScales,
    { name: 'index, signs', unit: 'u16', count: 32, meaning: 'for 8 numbers: an index of 9 bits and 7 signs' },
    scales4,
  ],
  parts: codebookParts({
    ...{ formula, factor, kernel: iq2_xs, groups: 16 },
    groupScale: (b, _, g) => groupScaleOfIQ2(b, 66, g),
  }),
};

export const IQ2_S: BlockFormat = {
  dequantize: iq2_s,
  fields: [dOfScales, indices(32), signs, packed('index high', 8, 'the upper 2 bits of the indices'), scales4],
  parts: codebookParts({
    ...{ formula, factor, kernel: iq2_s, groups: 16 },
    groupScale: (b, _, g) => groupScaleOfIQ2(b, 74, g),
  }),
};
