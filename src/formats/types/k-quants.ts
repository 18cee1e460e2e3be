/** K-quants: blocks of 256 numbers, divided into groups whose scales are quantized too. */

import type { LlamaCppRow } from './tensor-type.js';

export const K_QUANTS = {
  Q2_K: {
    id: 10,
    says: 'Blocks of 256 in 16 parts, each with a 4-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 2 bits.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 16 + 64 + 2 + 2, // scales, 2 bits, d, dmin
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'Q4_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q2_K: { id: 10 }, Q2_K_S: { id: 21, needsImatrix: true } },
  },
  Q3_K: {
    id: 11,
    says: 'Blocks of 256 in 16 parts, each with a 6-bit scale; value = d × (scale − 32) × (q − 4), q of 3 bits.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 32 + 64 + 12 + 2, // 3rd bits, 2 bits, scales, d
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'Q4_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q3_K_S: { id: 11 }, Q3_K_M: { id: 12, aliases: ['Q3_K'] }, Q3_K_L: { id: 13 } },
  },
  Q4_K: {
    id: 12,
    says: 'Blocks of 256 in 8 parts, each with a 6-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 4 bits.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 12 + 128, // d, dmin, scales, 4 bits
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'Q5_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q4_K_S: { id: 14 }, Q4_K_M: { id: 15, aliases: ['Q4_K'] } },
  },
  Q5_K: {
    id: 13,
    says: 'Blocks of 256 in 8 parts, each with a 6-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 5 bits.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 12 + 32 + 128, // as Q4_K with 5th bits
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'Q5_1',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q5_K_S: { id: 16 }, Q5_K_M: { id: 17, aliases: ['Q5_K'] } },
  },
  Q6_K: {
    id: 14,
    says: 'Blocks of 256 in 16 parts, each with a signed 8-bit scale; value = d × scale × (q − 32), q of 6 bits.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 128 + 64 + 16 + 2, // 4 bits, 2 bits, scales, d
    kernel: 'webassembly',
    activations: 'Q8_K',
    fallback: 'Q8_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q6_K: { id: 18 } },
  },
  Q8_K: {
    id: 15,
    says: 'Blocks of 256: one 32-bit scale, 256 integers of 8 bits and 16 sums: for activations while a product is computed.',
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 4 + 256 + 32, // f32 scale, 8 bits, 16 sums
    kernel: 'typescript',
    activations: null,
    fallback: null,
    needsImatrix: false,
    cache: false,
    fileTypes: null,
  },
} as const satisfies Record<string, LlamaCppRow>;
