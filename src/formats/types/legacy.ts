/** The first quantized formats: blocks of 32 numbers with one scale (and one minimum) for each block. */

import type { LlamaCppRow } from './tensor-type.js';

export const LEGACY = {
  Q4_0: {
    id: 2,
    says: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 4 bits; value = scale × (q − 8).',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 16, // scale, 4 bits each
    kernel: 'webassembly',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { Q4_0: { id: 2 } },
  },
  Q4_1: {
    id: 3,
    says: 'Blocks of 32 numbers: a 16-bit scale, a 16-bit minimum, 32 integers of 4 bits; value = scale × q + minimum.',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 2 + 16, // scale, minimum, 4 bits each
    kernel: 'webassembly',
    activations: 'Q8_1',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { Q4_1: { id: 3 }, Q4_1_SOME_F16: { id: 4, status: 'removed' } },
  },
  Q5_0: {
    id: 6,
    says: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 5 bits; value = scale × (q − 16).',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 4 + 16, // scale, 5th bits, 4 bits each
    kernel: 'webassembly',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { Q5_0: { id: 8 } },
  },
  Q5_1: {
    id: 7,
    says: 'Blocks of 32 numbers: a 16-bit scale, a 16-bit minimum, 32 integers of 5 bits; value = scale × q + minimum.',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 2 + 4 + 16, // scale, minimum, 5th bits, 4 bits
    kernel: 'webassembly',
    activations: 'Q8_1',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { Q5_1: { id: 9 } },
  },
  Q8_0: {
    id: 8,
    says: 'Blocks of 32 numbers: one 16-bit scale and 32 signed integers of 8 bits; value = scale × q.',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 32, // scale, 8 bits each
    kernel: 'webassembly',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: true,
    fileTypes: { Q8_0: { id: 7 } },
  },
  Q8_1: {
    id: 9,
    says: 'Q8_0 with a scale and the sum of each block: for activations while a product is computed.',
    family: 'legacy',
    blockElements: 32,
    // gguf-py still says 40, from when the scale and the sum were 32-bit floats.
    blockBytes: 2 + 2 + 32, // scale, scale × sum, 8 bits each
    kernel: 'typescript',
    activations: null,
    fallback: null,
    needsImatrix: false,
    cache: false,
    fileTypes: null,
  },
} as const satisfies Record<string, LlamaCppRow>;
