/**
 * The types of ik_llama.cpp, in the order of their ids. The 8-bit types other than Q8_KV and the `_R` types hold activations while a
 * product is computed; files should not contain them.
 *
 * Omitted: the ids 34 to 42 that its first formats had in the summer of 2024, before they were moved to 133 and up.
 */

import { LLAMA_CPP } from './llama-cpp.js';
import { blocksOf, inTurns, type OtherRow } from './tensor-type.js';

const IK = {
  // The format of llama.cpp's Q1_0.
  Q1_0_G128: { ...blocksOf(LLAMA_CPP.Q1_0), id: 41, says: null, fileTypes: { Q1_0_G128: { id: 41 } } },
  Q8_0_X4: { ...blocksOf(LLAMA_CPP.Q8_0), id: 97, says: null, fileTypes: null },
  Q8_1_X4: { ...blocksOf(LLAMA_CPP.Q8_1), id: 98, says: null, fileTypes: null },
  Q8_2_X4: {
    id: 99,
    says: null,
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 2 + 32, // scale, sum, 8 bits each
    fileTypes: null,
  },
  Q6_0: {
    id: 133,
    says: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 6 bits; value = scale × (q − 32).',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 2 + 8 + 16, // scale, 2 bits, 4 bits each
    fileTypes: { Q6_0: { id: 135 } },
  },
  IQ1_BN: {
    id: 134,
    says: 'Numbers that are −1, 0 or 1, five of them in a byte; one 16-bit scale for the whole row.',
    family: 'ternary',
    blockElements: 64,
    blockBytes: 12 + 1, // 5 per byte, the last 4 in one
    rowBytes: 2,
    fileTypes: { IQ1_BN: { id: 136 } },
  },
  IQ2_BN: {
    id: 135,
    says: 'Numbers of 2 bits that are −1, 0 or 1; one 32-bit scale for the whole row.',
    family: 'ternary',
    blockElements: 64,
    blockBytes: 16, // 2 bits each
    rowBytes: 4,
    fileTypes: { IQ2_BN: { id: 137 } },
  },
  Q8_K64: {
    id: 136,
    says: null,
    family: 'k-quant',
    blockElements: 64,
    blockBytes: 4 + 64, // f32 scale, 8 bits each
    fileTypes: null,
  },
  IQ2_K: {
    id: 137,
    says: 'Blocks of 256 in 16 parts, each with a 4-bit scale and a choice of two tables; 2 bits choose one of 4 uneven steps.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 8 + 64, // d, tables, scales, 2 bits
    fileTypes: { IQ2_K: { id: 138 } },
  },
  IQ3_K: {
    id: 138,
    says: 'Blocks of 256 in 16 parts, each with a signed scale and a choice of two tables; 3 bits choose one of 8 uneven steps.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 2 + 8 + 64 + 32, // d, tables, scale bits, 2 bits, 3rd
    fileTypes: { IQ3_K: { id: 139 }, IQ3_KL: { id: 146 } },
  },
  IQ4_K: {
    id: 139,
    says: 'Blocks of 256 in 16 parts, each with a 6-bit scale and a choice of two tables; 4 bits choose one of 16 uneven steps.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 4 + 8 + 128, // d, tables, scale bits, 4 bits
    fileTypes: { IQ4_K: { id: 140 } },
  },
  IQ5_K: {
    id: 140,
    says: 'Blocks of 256 in 16 parts, each with a 6-bit scale and a choice of two tables; 5 bits choose one of 32 uneven steps.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 4 + 8 + 128 + 32, // as IQ4_K, 5th bits
    fileTypes: { IQ5_K: { id: 141 } },
  },
  IQ6_K: {
    id: 141,
    says: 'Blocks of 256 in 16 parts, each with an 8-bit scale and a choice of two tables; 6 bits choose one of 64 uneven steps.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 2 + 16 + 128 + 64, // d, tables, scales, 4 bits, 2 bits
    fileTypes: { IQ6_K: { id: 142 } },
  },
  // Withdrawn in October 2024: IQ1_BN and IQ2_BN serve the same purpose since they have a scale for each row.
  IQ2_TN: {
    id: 142,
    says: null,
    family: 'ternary',
    blockElements: 256,
    blockBytes: 64, // 2 bits each
    rowBytes: 4,
    fileTypes: null,
  },
  IQ1_TN: {
    id: 143,
    says: null,
    family: 'ternary',
    blockElements: 256,
    blockBytes: 4 * (12 + 1), // as IQ1_BN
    rowBytes: 2,
    fileTypes: null,
  },
  IQ4_KS: {
    id: 144,
    says: 'As IQ4_K with one 32-bit scale for the whole row and an 8-bit scale for each 32 numbers.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 8 + 128, // scales, 4 bits
    rowBytes: 4,
    fileTypes: { IQ4_KS: { id: 145 } },
  },
  IQ2_KS: {
    id: 145,
    says: 'As IQ2_K with one 16-bit scale for the whole row and a small scale for each 32 numbers.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 4 + 64, // tables, scales, 2 bits
    rowBytes: 2,
    fileTypes: { IQ2_KS: { id: 147 } },
  },
  IQ4_KSS: {
    id: 146,
    says: 'As IQ4_KS with the scales hidden among the 4-bit integers, so that a block takes 4 bits a number in all.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 128, // 4 bits and scales
    rowBytes: 4,
    fileTypes: { IQ4_KSS: { id: 148 } },
  },
  Q8_K16: {
    id: 147,
    says: null,
    family: 'k-quant',
    blockElements: 64,
    blockBytes: 64,
    rowBytes: 20,
    fileTypes: null,
  },
  Q8_K32: {
    id: 148,
    says: null,
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 4 + 4 + 256 + 32, // scale, sum, 8 bits, sums
    fileTypes: null,
  },
  Q8_KR8: {
    id: 149,
    says: null,
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 4 + 4 + 256 + 32, // as Q8_K32
    fileTypes: null,
  },
  Q8_K128: {
    id: 150,
    says: null,
    family: 'k-quant',
    blockElements: 128,
    blockBytes: 4 + 8 + 128, // f32 scale, sums, 8 bits each
    fileTypes: null,
  },
  Q8_KV: {
    id: 151,
    says: 'Signed integers of 8 bits with one 32-bit scale for the whole row.',
    family: 'legacy',
    blockElements: 32,
    blockBytes: 32, // 8 bits each
    rowBytes: 8,
    fileTypes: { Q8_KV: { id: 149 } },
  },
  IQ5_KS: {
    id: 152,
    says: 'As IQ5_K with one 32-bit scale for the whole row and an 8-bit scale for each 32 numbers.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 8 + 128 + 32, // scales, 4 bits, 5th
    rowBytes: 4,
    fileTypes: { IQ5_KS: { id: 150 } },
  },
  IQ2_KT: {
    id: 153,
    says: 'Each 8 numbers are computed from a 16-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',
    family: 'trellis',
    blockElements: 256,
    blockBytes: 4 + 64, // scales, seeds
    rowBytes: 4,
    fileTypes: { IQ2_KT: { id: 151 } },
  },
  IQ3_KT: {
    id: 154,
    says: 'Each 8 numbers are computed from a 16-bit seed and 8 signs (a trellis); a small scale for each 32, one for the row.',
    family: 'trellis',
    blockElements: 256,
    blockBytes: 4 + 64 + 32, // scales, seeds, signs
    rowBytes: 4,
    fileTypes: { IQ3_KT: { id: 152 } },
  },
  IQ4_KT: {
    id: 155,
    says: 'Each 4 numbers are computed from a 15-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',
    family: 'trellis',
    blockElements: 256,
    blockBytes: 128, // scales and seeds
    rowBytes: 4,
    fileTypes: { IQ4_KT: { id: 153 } },
  },
  IQ3_KS: {
    id: 156,
    says: 'As IQ3_K with one 16-bit scale for the whole row and a small scale for each 32 numbers.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 4 + 64 + 32, // tables, scales, 2 bits, 3rd
    rowBytes: 2,
    fileTypes: { IQ3_KS: { id: 154 } },
  },
  IQ2_KL: {
    id: 157,
    says: 'Each two numbers are a 5-bit index into 32 pairs; a 6-bit scale for each 32, one 16-bit scale for the whole row.',
    family: 'iqk-quant',
    blockElements: 256,
    blockBytes: 2 + 4 + 64 + 16, // scale bits, indices, high bits
    rowBytes: 2,
    fileTypes: { IQ2_KL: { id: 155 } },
  },
  IQ1_KT: {
    id: 158,
    says: 'Each 8 numbers are computed from a 13-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',
    family: 'trellis',
    blockElements: 256,
    blockBytes: 8 + 32 + 16, // scales, seeds, high bits
    rowBytes: 4,
    fileTypes: { IQ1_KT: { id: 156 } },
  },
  // Interleaved rows with blocks that no other type has; per row: indices, high bits (and scales).
  IQ1_S_R4: {
    id: 219,
    says: null,
    family: 'i-quant',
    blockElements: 32,
    blockBytes: 4 + 2,
    rowBytes: 2,
    interleavedRows: 4,
    fileTypes: { IQ1_S_R4: { id: 224 } },
  },
  IQ1_M_R4: {
    id: 229,
    says: null,
    family: 'i-quant',
    blockElements: 32,
    blockBytes: 4 + 2 + 1,
    rowBytes: 2,
    interleavedRows: 4,
    fileTypes: { IQ1_M_R4: { id: 231 } },
  },
  Q8_K_R16: {
    id: 397,
    says: null,
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 2 + 256, // scale, 8 bits
    interleavedRows: 16,
    fileTypes: null,
  },
  Q8_KV_R8: {
    id: 398,
    says: null,
    family: 'legacy',
    blockElements: 32,
    blockBytes: 32, // 8 bits each
    rowBytes: 4,
    interleavedRows: 8,
    fileTypes: { Q8_KV_R8: { id: 398 } },
  },
  Q8_K_R8: {
    id: 399,
    says: null,
    family: 'k-quant',
    blockElements: 256,
    blockBytes: 2 + 256, // scale, 8 bits each
    interleavedRows: 8,
    fileTypes: { Q8_K_R8: { id: 399 } },
  },
} as const satisfies Record<string, OtherRow>;

/**
 * The other types with interleaved rows: the bytes of the type in their name, in another order. 202, 208 and 223 interleaved four rows
 * (`_R4`) until February 2025. A label's id is nearly always that of the plain label plus 200.
 */
const IK_INTERLEAVED = {
  Q4_0_R8: inTurns(8, LLAMA_CPP.Q4_0, { id: 202, says: null, fileTypes: { Q4_0_R8: { id: 202 } } }),
  Q5_0_R4: inTurns(4, LLAMA_CPP.Q5_0, { id: 206, says: null, fileTypes: { Q5_0_R4: { id: 208 } } }),
  Q8_0_R8: inTurns(8, LLAMA_CPP.Q8_0, { id: 208, says: null, fileTypes: { Q8_0_R8: { id: 207 } } }),
  Q2_K_R4: inTurns(4, LLAMA_CPP.Q2_K, { id: 210, says: null, fileTypes: { Q2_K_R4: { id: 210 } } }),
  Q3_K_R4: inTurns(4, LLAMA_CPP.Q3_K, { id: 211, says: null, fileTypes: { Q3_K_R4: { id: 211 } } }),
  Q4_K_R4: inTurns(4, LLAMA_CPP.Q4_K, { id: 212, says: null, fileTypes: { Q4_K_R4: { id: 214 } } }),
  Q5_K_R4: inTurns(4, LLAMA_CPP.Q5_K, { id: 213, says: null, fileTypes: { Q5_K_R4: { id: 216 } } }),
  Q6_K_R4: inTurns(4, LLAMA_CPP.Q6_K, { id: 214, says: null, fileTypes: { Q6_K_R4: { id: 218 } } }),
  IQ2_XXS_R4: inTurns(4, LLAMA_CPP.IQ2_XXS, { id: 216, says: null, fileTypes: { IQ2_XXS_R4: { id: 219 } } }),
  IQ2_XS_R4: inTurns(4, LLAMA_CPP.IQ2_XS, { id: 217, says: null, fileTypes: { IQ2_XS_R4: { id: 220 } } }),
  IQ3_XXS_R4: inTurns(4, LLAMA_CPP.IQ3_XXS, { id: 218, says: null, fileTypes: { IQ3_XXS_R4: { id: 223 } } }),
  IQ4_NL_R4: inTurns(4, LLAMA_CPP.IQ4_NL, { id: 220, says: null, fileTypes: { IQ4_NL_R4: { id: 225 } } }),
  IQ3_S_R4: inTurns(4, LLAMA_CPP.IQ3_S, { id: 221, says: null, fileTypes: { IQ3_S_R4: { id: 226 } } }),
  IQ2_S_R4: inTurns(4, LLAMA_CPP.IQ2_S, { id: 222, says: null, fileTypes: { IQ2_M_R4: { id: 229 } } }),
  IQ4_XS_R8: inTurns(8, LLAMA_CPP.IQ4_XS, { id: 223, says: null, fileTypes: { IQ4_XS_R8: { id: 230 } } }),
  BF16_R16: inTurns(16, LLAMA_CPP.BF16, { id: 230, says: null, fileTypes: { BF16_R16: { id: 232 } } }),
  Q6_0_R4: inTurns(4, IK.Q6_0, { id: 233, says: null, fileTypes: { Q6_0_R4: { id: 335 } } }),
  IQ2_BN_R4: inTurns(4, IK.IQ2_BN, { id: 335, says: null, fileTypes: { IQ2_BN_R4: { id: 337 } } }),
  IQ2_K_R4: inTurns(4, IK.IQ2_K, { id: 337, says: null, fileTypes: { IQ2_K_R4: { id: 338 } } }),
  IQ3_K_R4: inTurns(4, IK.IQ3_K, { id: 338, says: null, fileTypes: { IQ3_K_R4: { id: 339 } } }),
  IQ4_K_R4: inTurns(4, IK.IQ4_K, { id: 339, says: null, fileTypes: { IQ4_K_R4: { id: 340 } } }),
  IQ5_K_R4: inTurns(4, IK.IQ5_K, { id: 340, says: null, fileTypes: { IQ5_K_R4: { id: 341 } } }),
  IQ4_KS_R4: inTurns(4, IK.IQ4_KS, { id: 344, says: null, fileTypes: { IQ4_KS_R4: { id: 345 } } }),
  IQ5_KS_R4: inTurns(4, IK.IQ5_KS, { id: 352, says: null, fileTypes: { IQ5_KS_R4: { id: 350 } } }),
  MXFP4_R8: inTurns(8, LLAMA_CPP.MXFP4, { id: 353, says: null, fileTypes: { MXFP4_R8: { id: 351 } } }),
} as const satisfies Record<string, OtherRow>;

export const IK_LLAMA_CPP: Readonly<Record<string, OtherRow>> = { ...IK, ...IK_INTERLEAVED };
