/**
 * The file types, one row each: what `general.file_type` says (`llama_ftype` in llama.h). A file type is the name of a mix, the one
 * that the quantizer was asked for. It is a label: nothing keeps the tensors to it, and forks have given ids of their own.
 */

export interface FileType {
  /** The number in the file. */
  id: number;
  /** The label as people write it: `Q4_K_M`. */
  name: string;
  /**
   * The tensor type that the quantizer starts from (llama.cpp, `llama_ftype_get_default_type`), and nearly always the one that most
   * matrices get; a mix gives some of them another one.
   */
  main: string;
  /** `current`: llama.cpp knows it; `removed`: it did once; `fork`: only the fork named does. */
  status: 'current' | 'removed' | 'fork';
  fork?: string;
}

/** The main type stands only where it is not the label itself. */
interface Row {
  id: number;
  main?: string;
}

const CURRENT: Readonly<Record<string, Row>> = {
  F32: { id: 0 },
  F16: { id: 1 },
  Q4_0: { id: 2 },
  Q4_1: { id: 3 },
  Q8_0: { id: 7 },
  Q5_0: { id: 8 },
  Q5_1: { id: 9 },
  Q2_K: { id: 10 },
  Q3_K_S: { id: 11, main: 'Q3_K' },
  Q3_K_M: { id: 12, main: 'Q3_K' },
  Q3_K_L: { id: 13, main: 'Q3_K' },
  Q4_K_S: { id: 14, main: 'Q4_K' },
  Q4_K_M: { id: 15, main: 'Q4_K' },
  Q5_K_S: { id: 16, main: 'Q5_K' },
  Q5_K_M: { id: 17, main: 'Q5_K' },
  Q6_K: { id: 18 },
  IQ2_XXS: { id: 19 },
  IQ2_XS: { id: 20 },
  Q2_K_S: { id: 21, main: 'Q2_K' },
  IQ3_XS: { id: 22, main: 'IQ3_S' },
  IQ3_XXS: { id: 23 },
  IQ1_S: { id: 24 },
  IQ4_NL: { id: 25 },
  IQ3_S: { id: 26 },
  IQ3_M: { id: 27, main: 'IQ3_S' },
  // So it is in llama.cpp: the mix called IQ2_S is made of the type IQ2_XS, and the type IQ2_S makes the mix called IQ2_M.
  IQ2_S: { id: 28, main: 'IQ2_XS' },
  IQ2_M: { id: 29, main: 'IQ2_S' },
  IQ4_XS: { id: 30 },
  IQ1_M: { id: 31 },
  BF16: { id: 32 },
  TQ1_0: { id: 36 },
  TQ2_0: { id: 37 },
  MXFP4_MOE: { id: 38, main: 'MXFP4' },
  NVFP4: { id: 39 },
  Q1_0: { id: 40 },
  Q2_0: { id: 41 },
};

const REMOVED: Readonly<Record<string, Row>> = {
  Q4_1_SOME_F16: { id: 4, main: 'Q4_1' },
  Q4_2: { id: 5 },
  Q4_3: { id: 6 },
  Q4_0_4_4: { id: 33 },
  Q4_0_4_8: { id: 34 },
  Q4_0_8_8: { id: 35 },
};

const BITNET: Readonly<Record<string, Row>> = { I2_S: { id: 40 } };

const TURBO: Readonly<Record<string, Row>> = { TQ3_1S: { id: 43 }, TQ4_1S: { id: 44 } };

/** For a type with rows in turns, the id is nearly always that of the plain label and 200. */
const IK: Readonly<Record<string, Row>> = {
  MXFP4: { id: 38 },
  Q1_0_G128: { id: 41 },
  Q6_0: { id: 135 },
  IQ1_BN: { id: 136 },
  IQ2_BN: { id: 137 },
  IQ2_K: { id: 138 },
  IQ3_K: { id: 139 },
  IQ4_K: { id: 140 },
  IQ5_K: { id: 141 },
  IQ6_K: { id: 142 },
  IQ4_KS: { id: 145 },
  IQ3_KL: { id: 146, main: 'IQ3_K' },
  IQ2_KS: { id: 147 },
  IQ4_KSS: { id: 148 },
  Q8_KV: { id: 149 },
  IQ5_KS: { id: 150 },
  IQ2_KT: { id: 151 },
  IQ3_KT: { id: 152 },
  IQ4_KT: { id: 153 },
  IQ3_KS: { id: 154 },
  IQ2_KL: { id: 155 },
  IQ1_KT: { id: 156 },
  Q4_0_R8: { id: 202 },
  Q8_0_R8: { id: 207 },
  Q5_0_R4: { id: 208 },
  Q2_K_R4: { id: 210 },
  Q3_K_R4: { id: 211 },
  Q4_K_R4: { id: 214 },
  Q5_K_R4: { id: 216 },
  Q6_K_R4: { id: 218 },
  IQ2_XXS_R4: { id: 219 },
  IQ2_XS_R4: { id: 220 },
  IQ3_XXS_R4: { id: 223 },
  IQ1_S_R4: { id: 224 },
  IQ4_NL_R4: { id: 225 },
  IQ3_S_R4: { id: 226 },
  IQ2_M_R4: { id: 229, main: 'IQ2_S_R4' },
  IQ4_XS_R8: { id: 230 },
  IQ1_M_R4: { id: 231 },
  BF16_R16: { id: 232 },
  Q6_0_R4: { id: 335 },
  IQ2_BN_R4: { id: 337 },
  IQ2_K_R4: { id: 338 },
  IQ3_K_R4: { id: 339 },
  IQ4_K_R4: { id: 340 },
  IQ5_K_R4: { id: 341 },
  IQ4_KS_R4: { id: 345 },
  IQ5_KS_R4: { id: 350 },
  MXFP4_R8: { id: 351 },
  Q8_KV_R8: { id: 398 },
  Q8_K_R8: { id: 399 },
};

/** Every row, upstream first, so that the first row of an id is upstream's where it has one. */
export const FILE_TYPES: readonly FileType[] = [
  ...named(CURRENT, { status: 'current' }),
  ...named(REMOVED, { status: 'removed' }),
  ...named(BITNET, { status: 'fork', fork: 'bitnet.cpp' }),
  ...named(IK, { status: 'fork', fork: 'ik_llama.cpp' }),
  ...named(TURBO, { status: 'fork', fork: 'TurboQuant' }),
];

function named(rows: Readonly<Record<string, Row>>, of: Pick<FileType, 'status' | 'fork'>): FileType[] {
  return Object.entries(rows).map(([name, { id, main = name }]) => ({ id, name, main, ...of }));
}

/** The bit that llama.cpp sets on a file type that it worked out itself, from the tensors, because the file names none. */
const GUESSED = 1024;

/**
 * The row of an id; undefined for an id that nobody known has used. `guessed` says that the bit for a guess is set, and the row is
 * that of the id without it.
 *
 * @param id The value of `general.file_type`, an integer from 0.
 * @param present The tensor types in the file: where several rows claim the id, the first whose main type is among them is meant.
 * Without it, or where none is, upstream's row stands.
 */
export function fileTypeById(
  id: number,
  present?: ReadonlySet<string>,
): { fileType: FileType | undefined; guessed: boolean } {
  const guessed = id >= GUESSED && id < 2 * GUESSED;
  const bare = guessed ? id - GUESSED : id;
  const rows = FILE_TYPES.filter((fileType) => fileType.id === bare);
  return { fileType: rows.find(({ main }) => present?.has(main)) ?? rows[0], guessed };
}
