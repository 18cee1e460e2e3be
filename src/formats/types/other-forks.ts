/** The types of forks that added only a few: Ollama, bitnet.cpp, PrismML and TurboQuant. */

import type { OtherRow } from './tensor-type.js';

/**
 * Ollama's converter wrote MXFP4 under the id of Q4_2 and with label 4 before it adopted llama.cpp's ids. The blocks have the size of
 * MXFP4's; the 4-bit numbers are in the order of the original weights, not in ggml's.
 */
export const OLLAMA: Readonly<Record<string, OtherRow>> = {
  OLLAMA_MXFP4: {
    id: 4,
    says: "MXFP4 under Ollama's type id: blocks of 32 numbers of 4 bits with one power of two as their scale.",
    family: 'fp4',
    blockElements: 32,
    blockBytes: 1 + 16, // scale, 4 bits each
    fileTypes: { OLLAMA_MXFP4: { id: 4 } },
  },
};

/**
 * bitnet.cpp (Microsoft): ternary weights with one scale for the whole tensor. ik_llama.cpp reads I2_S too. Only the name of TL2 is known:
 * it packs the last 256 columns of a matrix differently and pads in between, so its size is whatever the next tensor's offset leaves.
 */
export const BITNET: Readonly<Record<string, OtherRow>> = {
  I2_S: {
    id: 36,
    says: 'Numbers of 2 bits that are −1, 0 or 1, with one 32-bit scale for the whole tensor.',
    family: 'ternary',
    blockElements: 4,
    blockBytes: 1, // 2 bits each
    tailBytes: 32,
    fileTypes: { I2_S: { id: 40 } },
  },
  I8_S: {
    id: 37,
    says: null,
    family: 'integer',
    blockElements: 1,
    blockBytes: 1,
    fileTypes: null,
  },
  TL1: {
    id: 38,
    says: null,
    family: 'ternary',
    blockElements: 4,
    blockBytes: 1, // 4 bits for two numbers
    tailBytes: 32,
    fileTypes: null,
  },
  TL2: {
    id: 39,
    says: null,
    family: 'ternary',
    blockElements: 1,
    blockBytes: 0,
    fileTypes: null,
  },
};

/**
 * PrismML (Bonsai models): ternary weights in groups of 128. Files made before llama.cpp adopted Q2_0 with groups of 64 have PQ2_0 under
 * the id of Q2_0.
 */
export const PRISM: Readonly<Record<string, OtherRow>> = {
  PQ2_0: {
    id: 142,
    otherIds: [42],
    says: 'Blocks of 128 numbers of 2 bits that are −1, 0 or 1; value = scale × (q − 1), one 16-bit scale.',
    family: 'ternary',
    blockElements: 128,
    blockBytes: 2 + 32, // scale, 2 bits each
    fileTypes: null,
  },
  PTQ1_0: {
    id: 143,
    says: 'Blocks of 128 numbers that are −1, 0 or 1, five of them in a byte; value = scale × (q − 1), one 16-bit scale.',
    family: 'ternary',
    blockElements: 128,
    blockBytes: 24 + 2 + 2, // 5 per byte, 4 per byte, scale
    fileTypes: null,
  },
};

/**
 * TurboQuant (forks of llama.cpp): rotated vectors quantized to a few levels. Each type's id was one lower until llama.cpp added Q2_0. The
 * first three are for that fork's KV cache; files contain the last two.
 */
export const TURBO: Readonly<Record<string, OtherRow>> = {
  TURBO2_0: {
    id: 43,
    otherIds: [42],
    says: null,
    family: 'turbo',
    blockElements: 128,
    blockBytes: 2 + 32, // norm, 2 bits each
    fileTypes: null,
  },
  TURBO3_0: {
    id: 44,
    otherIds: [43],
    says: null,
    family: 'turbo',
    blockElements: 128,
    blockBytes: 2 + 32 + 16, // norm, 2 bits, 3rd
    fileTypes: null,
  },
  TURBO4_0: {
    id: 45,
    otherIds: [44],
    says: null,
    family: 'turbo',
    blockElements: 128,
    blockBytes: 2 + 64, // norm, 4 bits each
    fileTypes: null,
  },
  TQ3_1S: {
    id: 46,
    otherIds: [45],
    says: 'Blocks of 32 numbers, rotated, then rounded to 8 uneven levels; one 16-bit scale for each half.',
    family: 'turbo',
    blockElements: 32,
    blockBytes: 2 + 2 + 12, // 2 scales, 3 bits each
    fileTypes: { TQ3_1S: { id: 43 } },
  },
  TQ4_1S: {
    id: 47,
    otherIds: [46],
    says: 'Blocks of 32 numbers, rotated, then rounded to 16 uneven levels; one 16-bit scale for each half.',
    family: 'turbo',
    blockElements: 32,
    blockBytes: 2 + 2 + 16, // 2 scales, 4 bits each
    fileTypes: { TQ4_1S: { id: 44 } },
  },
};
