/** I-quants: a codebook entry for several numbers, or an uneven level for each. */

import type { LlamaCppRow } from './tensor-type.js';

export const I_QUANTS = {
  IQ2_XXS: {
    id: 16,
    says: 'Blocks of 256: each 8 numbers are an 8-bit index into 256 patterns and 7 bits of signs; a 4-bit scale for each 32, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 64, // d, indices with signs and scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    fileTypes: { IQ2_XXS: { id: 19, needsImatrix: true } },
  },
  IQ2_XS: {
    id: 17,
    says: 'Blocks of 256: each 8 numbers are a 9-bit index into 512 patterns and 7 bits of signs; a 4-bit scale for each 16, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 64 + 8, // d, indices with signs, scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    // This is how llama.cpp does it: the mix called IQ2_S consists of the type IQ2_XS, and the type IQ2_S makes the mix called IQ2_M.
    fileTypes: { IQ2_XS: { id: 20, needsImatrix: true }, IQ2_S: { id: 28, needsImatrix: true } },
  },
  IQ3_XXS: {
    id: 18,
    says: 'Blocks of 256: each 4 numbers are an 8-bit index into 256 patterns, each 8 have 7 bits of signs; a 4-bit scale for each 32, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 64 + 32, // d, indices, signs with scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    fileTypes: { IQ3_XXS: { id: 23 } },
  },
  IQ1_S: {
    id: 19,
    says: 'Blocks of 256: each 8 numbers are an 11-bit index into 2,048 patterns of −1, 0, 1, shifted by ± 1/8; a 3-bit scale for each 32, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 32 + 16, // d, indices, high bits with scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    fileTypes: { IQ1_S: { id: 24, needsImatrix: true } },
  },
  IQ4_NL: {
    id: 20,
    says: 'Blocks of 32 numbers: one 16-bit scale, and for each number the 4-bit place in a table of 16 uneven steps.',
    family: 'i-quant',
    blockElements: 32,
    blockBytes: 2 + 16, // scale, 4 bits each
    kernel: 'webassembly',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { IQ4_NL: { id: 25 } },
  },
  IQ3_S: {
    id: 21,
    says: 'Blocks of 256: each 4 numbers are a 9-bit index into 512 patterns and 4 signs; a 4-bit scale for each 32, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 64 + 8 + 32 + 4, // d, indices, 9th bits, signs, scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: false,
    cache: false,
    fileTypes: { IQ3_XS: { id: 22 }, IQ3_S: { id: 26 }, IQ3_M: { id: 27 } },
  },
  IQ2_S: {
    id: 22,
    says: 'Blocks of 256: each 8 numbers are a 10-bit index into 1,024 patterns and 8 signs; a 4-bit scale for each 16, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 32 + 32 + 8 + 8, // d, indices, signs, high bits, scales
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    fileTypes: { IQ2_M: { id: 29 } },
  },
  IQ4_XS: {
    id: 23,
    says: 'Blocks of 256 in 8 parts, each with a 6-bit scale; value = d × (scale − 32) × one of 16 uneven steps, chosen by 4 bits.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 4 + 128, // d, scale bits, 4 bits
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: false,
    cache: false,
    fileTypes: { IQ4_XS: { id: 30 } },
  },
  IQ1_M: {
    id: 29,
    says: 'Blocks of 256: each 8 numbers are an 11-bit index into 2,048 patterns of −1, 0, 1, shifted by ± 1/8; a 3-bit scale for each 16, and d.',
    family: 'i-quant',
    blockElements: 256,
    blockBytes: 32 + 16 + 8, // indices, high bits, scales with d
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'IQ4_NL',
    needsImatrix: true,
    cache: false,
    fileTypes: { IQ1_M: { id: 31, needsImatrix: true } },
  },
} as const satisfies Record<string, LlamaCppRow>;
