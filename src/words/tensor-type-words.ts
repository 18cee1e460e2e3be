/**
 * The words for number formats: how each tensor type stores its numbers, and which mix of types each file type stands for.
 * In the sentences `q` is the small integer that is stored for a number, `d` the 16-bit scale of a block of 256.
 */

/** By the name of the tensor type (formats/tensor-types.ts). Not every fork's type has words. */
export const TENSOR_TYPE_WORDS: Readonly<Record<string, string>> = {
  // Floating-point numbers and integers, each on its own.
  F64: '64-bit floating-point numbers, each on its own.',
  F32: '32-bit floating-point numbers, each on its own: the precision of training.',
  F16: '16-bit floating-point numbers (5 exponent bits, 10 of fraction), each on its own.',
  BF16: 'The upper 16 bits of a 32-bit float (8 exponent bits, 7 of fraction): its range at less precision.',
  I8: 'Signed 8-bit integers, each on its own.',
  I16: 'Signed 16-bit integers, each on its own.',
  I32: 'Signed 32-bit integers, each on its own: ids and tables, not weights.',
  I64: 'Signed 64-bit integers, each on its own.',

  // Blocks of 32, the first formats.
  Q4_0: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 4 bits; value = scale × (q − 8).',
  Q4_1: 'Blocks of 32 numbers: a 16-bit scale, a 16-bit minimum, 32 integers of 4 bits; value = scale × q + minimum.',
  Q5_0: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 5 bits; value = scale × (q − 16).',
  Q5_1: 'Blocks of 32 numbers: a 16-bit scale, a 16-bit minimum, 32 integers of 5 bits; value = scale × q + minimum.',
  Q8_0: 'Blocks of 32 numbers: one 16-bit scale and 32 signed integers of 8 bits; value = scale × q.',
  Q8_1: 'Q8_0 with the sum of each block beside its scale: for activations while a product is computed.',

  // K-quants: blocks of 256 with scales that are quantized themselves.
  Q2_K: 'Blocks of 256 in 16 parts, each with a 4-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 2 bits.',
  Q3_K: 'Blocks of 256 in 16 parts, each with a 6-bit scale; value = d × (scale − 32) × (q − 4), q of 3 bits.',
  Q4_K: 'Blocks of 256 in 8 parts, each with a 6-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 4 bits.',
  Q5_K: 'Blocks of 256 in 8 parts, each with a 6-bit scale and minimum; value = d × scale × q − dmin × minimum, q of 5 bits.',
  Q6_K: 'Blocks of 256 in 16 parts, each with a signed 8-bit scale; value = d × scale × (q − 32), q of 6 bits.',
  Q8_K: 'Blocks of 256: one 32-bit scale, 256 integers of 8 bits and 16 sums: for activations while a product is computed.',

  // I-quants: several numbers at once from a codebook, or one from a table of uneven steps.
  IQ1_S:
    'Blocks of 256: each 8 numbers are an 11-bit index into 2,048 patterns of −1, 0, 1, shifted by ± 1/8; a 3-bit scale for each 32, and d.',
  IQ1_M:
    'Blocks of 256: each 8 numbers are an 11-bit index into 2,048 patterns of −1, 0, 1, shifted by ± 1/8; a 3-bit scale for each 16, and d.',
  IQ2_XXS:
    'Blocks of 256: each 8 numbers are an 8-bit index into 256 patterns and 7 bits of signs; a 4-bit scale for each 32, and d.',
  IQ2_XS:
    'Blocks of 256: each 8 numbers are a 9-bit index into 512 patterns and 7 bits of signs; a 4-bit scale for each 16, and d.',
  IQ2_S:
    'Blocks of 256: each 8 numbers are a 10-bit index into 1,024 patterns and 8 signs; a 4-bit scale for each 16, and d.',
  IQ3_XXS:
    'Blocks of 256: each 4 numbers are an 8-bit index into 256 patterns, each 8 have 7 bits of signs; a 4-bit scale for each 32, and d.',
  IQ3_S:
    'Blocks of 256: each 4 numbers are a 9-bit index into 512 patterns and 4 signs; a 4-bit scale for each 32, and d.',
  IQ4_NL: 'Blocks of 32 numbers: one 16-bit scale, and for each number the 4-bit place in a table of 16 uneven steps.',
  IQ4_XS:
    'Blocks of 256 in 8 parts, each with a 6-bit scale; value = d × (scale − 32) × one of 16 uneven steps, chosen by 4 bits.',

  // Few levels, and 4-bit floats.
  TQ1_0:
    'Blocks of 256 numbers that are −1, 0 or 1, five of them in a byte; value = scale × (q − 1), one 16-bit scale.',
  TQ2_0: 'Blocks of 256 numbers of 2 bits that are −1, 0 or 1; value = scale × (q − 1), one 16-bit scale.',
  Q1_0: 'Blocks of 128 numbers of 1 bit: each is plus or minus the one 16-bit scale.',
  Q2_0: 'Blocks of 64 numbers of 2 bits; value = scale × (q − 1), so −1, 0, 1 or 2 times one 16-bit scale.',
  MXFP4: 'Blocks of 32 floats of 4 bits (0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives) times one power of two.',
  NVFP4:
    'Blocks of 64 floats of 4 bits (0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives); each 16 share an 8-bit float as scale.',

  // ik_llama.cpp.
  Q6_0: 'Blocks of 32 numbers: one 16-bit scale and 32 integers of 6 bits; value = scale × (q − 32).',
  Q8_KV: 'Signed integers of 8 bits with one 32-bit scale for the whole row.',
  IQ1_BN: 'Numbers that are −1, 0 or 1, five of them in a byte; one 16-bit scale for the whole row.',
  IQ2_BN: 'Numbers of 2 bits that are −1, 0 or 1; one 32-bit scale for the whole row.',
  IQ2_K:
    'Blocks of 256 in 16 parts, each with a 4-bit scale and a choice of two tables; 2 bits choose one of 4 uneven steps.',
  IQ3_K:
    'Blocks of 256 in 16 parts, each with a signed scale and a choice of two tables; 3 bits choose one of 8 uneven steps.',
  IQ4_K:
    'Blocks of 256 in 16 parts, each with a 6-bit scale and a choice of two tables; 4 bits choose one of 16 uneven steps.',
  IQ5_K:
    'Blocks of 256 in 16 parts, each with a 6-bit scale and a choice of two tables; 5 bits choose one of 32 uneven steps.',
  IQ6_K:
    'Blocks of 256 in 16 parts, each with an 8-bit scale and a choice of two tables; 6 bits choose one of 64 uneven steps.',
  IQ2_KS: 'As IQ2_K with one 16-bit scale for the whole row and a small scale for each 32 numbers.',
  IQ3_KS: 'As IQ3_K with one 16-bit scale for the whole row and a small scale for each 32 numbers.',
  IQ4_KS: 'As IQ4_K with one 32-bit scale for the whole row and an 8-bit scale for each 32 numbers.',
  IQ5_KS: 'As IQ5_K with one 32-bit scale for the whole row and an 8-bit scale for each 32 numbers.',
  IQ4_KSS: 'As IQ4_KS with the scales hidden among the 4-bit integers, so that a block takes 4 bits a number in all.',
  IQ2_KL:
    'Each two numbers are a 5-bit index into 32 pairs; a 6-bit scale for each 32, one 16-bit scale for the whole row.',
  IQ1_KT:
    'Each 8 numbers are computed from a 13-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',
  IQ2_KT:
    'Each 8 numbers are computed from a 16-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',
  IQ3_KT:
    'Each 8 numbers are computed from a 16-bit seed and 8 signs (a trellis); a small scale for each 32, one for the row.',
  IQ4_KT:
    'Each 4 numbers are computed from a 15-bit seed (a trellis); a small scale for each 32, a 32-bit one for the row.',

  // Other forks.
  I2_S: 'Numbers of 2 bits that are −1, 0 or 1, with one 32-bit scale for the whole tensor.',
  PQ2_0: 'Blocks of 128 numbers of 2 bits that are −1, 0 or 1; value = scale × (q − 1), one 16-bit scale.',
  PTQ1_0:
    'Blocks of 128 numbers that are −1, 0 or 1, five of them in a byte; value = scale × (q − 1), one 16-bit scale.',
  TQ3_1S: 'Blocks of 32 numbers, rotated and then put on 8 uneven levels; one 16-bit scale for each half.',
  TQ4_1S: 'Blocks of 32 numbers, rotated and then put on 16 uneven levels; one 16-bit scale for each half.',
};

/**
 * By the name of the file type (formats/file-types.ts): what llama.cpp's quantizer makes of a plain model. In each mix vectors and other
 * small tensors stay in F32. Mixtures of experts and single architectures differ; where rows are no whole blocks it falls back.
 */
export const FILE_TYPE_WORDS: Readonly<Record<string, string>> = {
  F32: 'F32 for every tensor',
  F16: 'F16 for every matrix',
  BF16: 'BF16 for every matrix',
  Q8_0: 'Q8_0 for every matrix',
  Q4_0: 'Q4_0 for most matrices, Q6_K for the output; with an importance matrix, Q4_1 for the first down matrices',
  Q4_1: 'Q4_1 for most matrices, Q6_K for the output',
  Q5_0: 'Q5_0 for most matrices, Q6_K for the output; with an importance matrix, Q5_1 for the first down matrices',
  Q5_1: 'Q5_1 for most matrices, Q6_K for the output',
  Q2_K: 'Q2_K for most matrices, Q3_K for the down and attention output matrices, Q4_K or Q3_K for the value, Q6_K for the output',
  Q2_K_S: 'Q2_K for nearly all matrices, Q4_K for the first down and often the value matrices, Q6_K for the output',
  Q3_K_S: 'Q3_K for all matrices but the output, which is Q6_K',
  Q3_K_M:
    'Q3_K for most matrices, Q4_K for the value, attention output and down matrices (the first ones Q5_K), Q6_K for the output',
  Q3_K_L: 'Q3_K for most matrices, Q5_K for the value, attention output and down matrices, Q6_K for the output',
  Q4_K_S: 'Q4_K for most matrices, Q5_K for the first value and down matrices, Q6_K for the output',
  Q4_K_M: 'Q4_K for most matrices, Q6_K for half of the value and down matrices and the output',
  Q5_K_S: 'Q5_K for all matrices but the output, which is Q6_K',
  Q5_K_M: 'Q5_K for most matrices, Q6_K for half of the value and down matrices and the output',
  Q6_K: 'Q6_K for every matrix',
  IQ1_S:
    'IQ1_S for most matrices, IQ2_XXS for the attention output, Q2_K or Q4_K for the embedding, value and first down matrices, Q5_K for the output',
  IQ1_M:
    'IQ1_M for most matrices, IQ2_XXS for the attention output, Q2_K or Q4_K for the embedding, value and first down matrices, Q5_K for the output',
  IQ2_XXS:
    'IQ2_XXS for most matrices, Q2_K or Q4_K for the embedding, value and first down matrices, Q5_K for the output',
  IQ2_XS:
    'IQ2_XS for most matrices, Q2_K or Q4_K for the embedding, value and first down matrices, Q5_K for the output',
  IQ2_S:
    'IQ2_XS for most matrices, IQ3_S for the embedding, attention output and first down matrices, Q4_K or IQ3_S for the value, Q5_K for the output',
  IQ2_M:
    'IQ2_S for most matrices, IQ3_S for the embedding, attention output and first down matrices, Q4_K or IQ3_S for the value, Q5_K for the output',
  IQ3_XXS:
    'IQ3_XXS for most matrices, IQ2_S for query and key, IQ3_S for the embedding and attention output, more for the value, Q5_K for the output',
  IQ3_XS:
    'IQ3_S and IQ3_XXS: the smaller for query, key and the gate and up matrices of the middle layers; Q6_K for the output',
  IQ3_S: 'IQ3_S for most matrices, often Q4_K for the value, Q6_K for the output',
  IQ3_M: 'IQ3_S for most matrices, Q4_K for the value, attention output and first down matrices, Q6_K for the output',
  IQ4_NL: 'IQ4_NL for most matrices, often Q5_K for the value and first down matrices, Q6_K for the output',
  IQ4_XS: 'IQ4_XS for most matrices, often Q5_K for the value and first down matrices, Q6_K for the output',
  TQ1_0: 'TQ1_0 for most matrices, Q4_K for the embedding, Q6_K for the output',
  TQ2_0: 'TQ2_0 for most matrices, Q4_K for the embedding, Q6_K for the output',
  MXFP4_MOE: 'MXFP4 for the experts, Q8_0 for all other matrices',
  NVFP4: 'NVFP4 for most matrices; those that the original model keeps wider stay so',
  Q1_0: 'Q1_0 for most matrices, Q6_K for the output',
  Q2_0: 'Q2_0 for most matrices, Q4_K for the embedding, Q6_K for the output',

  // Given up by llama.cpp.
  Q4_1_SOME_F16: 'Q4_1 for most matrices, F16 for the embedding and the output; only before GGUF',
  Q4_2: 'Q4_2 for every matrix; only before GGUF',
  Q4_3: 'Q4_3 for every matrix; only before GGUF',
  Q4_0_4_4:
    'Q4_0 with four rows in turns, for one kind of ARM processor; today Q4_0 is put in this order while it loads',
  Q4_0_4_8:
    'Q4_0 with four rows in turns, for one kind of ARM processor; today Q4_0 is put in this order while it loads',
  Q4_0_8_8:
    'Q4_0 with eight rows in turns, for one kind of ARM processor; today Q4_0 is put in this order while it loads',
};
