/** Formats of very few levels: ternary, one bit, and floats of 4 bits. */

import type { LlamaCppRow } from './tensor-type.js';

export const FEW_LEVELS = {
  TQ1_0: {
    id: 34,
    says: 'Blocks of 256 numbers that are −1, 0 or 1, five of them in a byte; value = scale × (q − 1), one 16-bit scale.',
    family: 'ternary',
    blockElements: 256,
    blockBytes: 48 + 4 + 2, // 5 per byte, 4 per byte, scale
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'Q4_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { TQ1_0: { id: 36 } },
  },
  TQ2_0: {
    id: 35,
    says: 'Blocks of 256 numbers of 2 bits that are −1, 0 or 1; value = scale × (q − 1), one 16-bit scale.',
    family: 'ternary',
    blockElements: 256,
    blockBytes: 64 + 2, // 2 bits each, scale
    kernel: 'typescript',
    activations: 'Q8_K',
    fallback: 'Q4_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { TQ2_0: { id: 37 } },
  },
  MXFP4: {
    id: 39,
    says: 'Blocks of 32 floats of 4 bits (0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives) times one power of two.',
    family: 'fp4',
    blockElements: 32,
    blockBytes: 1 + 16, // exponent, 4 bits each
    kernel: 'webassembly',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: false,
    fileTypes: { MXFP4_MOE: { id: 38, aliases: ['MXFP4'] }, MXFP4: { id: 38, fork: 'ik_llama.cpp' } },
  },
  NVFP4: {
    id: 40,
    says: 'Blocks of 64 floats of 4 bits (0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives); each 16 share an 8-bit float as scale.',
    family: 'fp4',
    blockElements: 64,
    blockBytes: 4 + 32, // 4 scales of 8 bits, 4 bits each
    kernel: 'typescript',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: false,
    fileTypes: { NVFP4: { id: 39, written: false } },
  },
  Q1_0: {
    id: 41,
    says: 'Blocks of 128 numbers of 1 bit: each is plus or minus the one 16-bit scale.',
    family: 'one-bit',
    blockElements: 128,
    blockBytes: 2 + 16, // scale, 1 bit each
    kernel: 'typescript',
    activations: 'Q8_0',
    fallback: null,
    needsImatrix: false,
    cache: false,
    fileTypes: { Q1_0: { id: 40 } },
  },
  Q2_0: {
    id: 42,
    says: 'Blocks of 64 numbers of 2 bits; value = scale × (q − 1), so −1, 0, 1 or 2 times one 16-bit scale.',
    family: 'ternary',
    blockElements: 64,
    blockBytes: 2 + 16, // scale, 2 bits each
    kernel: 'typescript',
    activations: 'Q8_0',
    fallback: 'Q4_0',
    needsImatrix: false,
    cache: false,
    fileTypes: { Q2_0: { id: 41 } },
  },
} as const satisfies Record<string, LlamaCppRow>;
