/**
 * The ggml types, one row each: the id that a tensor info carries (specification, `ggml_type`), and how many bytes a block of
 * numbers takes. Every size in the program comes from here. A file says only the id, so forks that gave an id of their own to a
 * format collide with each other and with upstream: an id can have several rows, and who knows the room that the tensors take
 * chooses among them (gguf/data-layout.ts). Sums are written out, so that each can be checked against the struct it stands for
 * (ggml-common.h of llama.cpp, and of each fork).
 *
 * Left out: the ids 34 to 42 that ik_llama.cpp gave its first formats in the summer of 2024, before it moved them to 133 and up.
 */

export interface TensorType {
  /** The id in the file. */
  id: number;
  /** As llama.cpp prints it, in upper case: `Q4_K`. */
  name: string;
  /** Numbers in one block; a row should be a multiple of it. */
  blockElements: number;
  /** Bytes of one block; 0 where the size is no plain function of blocks, so that only the next tensor's offset bounds it. */
  blockBytes: number;
  /** Bytes that stand before the blocks of each row: the scale of the row in some formats of ik_llama.cpp (`row_meta_size`). */
  rowBytes?: number;
  /** Bytes behind the last row: the scale of the whole tensor and its padding, in bitnet.cpp. */
  tailBytes?: number;
  family: TensorTypeFamily;
  /** `current`: llama.cpp reads it; `removed`: it did once; `fork`: only the fork named does. */
  status: 'current' | 'removed' | 'fork';
  fork?: string;
  /** Rows whose blocks are stored in turns (`_R4`, `_R8`): the size is the same, but a row does not lie in one piece. */
  interleavedRows?: number;
  /** Ids that other versions of the same fork use for it. */
  otherIds?: readonly number[];
}

export type TensorTypeFamily =
  | 'float'
  | 'integer'
  | 'legacy'
  | 'k-quant'
  | 'i-quant'
  | 'iqk-quant'
  | 'trellis'
  | 'ternary'
  | 'one-bit'
  | 'fp4'
  | 'turbo';

type Row = Omit<TensorType, 'name' | 'status' | 'fork'>;

// ── llama.cpp ────────────────────────────────────────────────────────────────────────────────────

const CURRENT = {
  F32: { id: 0, blockElements: 1, blockBytes: 4, family: 'float' },
  F16: { id: 1, blockElements: 1, blockBytes: 2, family: 'float' },
  Q4_0: { id: 2, blockElements: 32, blockBytes: 2 + 16, family: 'legacy' }, // scale, 4 bits each
  Q4_1: { id: 3, blockElements: 32, blockBytes: 2 + 2 + 16, family: 'legacy' }, // scale, minimum, 4 bits each
  Q5_0: { id: 6, blockElements: 32, blockBytes: 2 + 4 + 16, family: 'legacy' }, // scale, 5th bits, 4 bits each
  Q5_1: { id: 7, blockElements: 32, blockBytes: 2 + 2 + 4 + 16, family: 'legacy' }, // scale, minimum, 5th bits, 4 bits
  Q8_0: { id: 8, blockElements: 32, blockBytes: 2 + 32, family: 'legacy' }, // scale, 8 bits each
  // gguf-py still says 40, from when the scale and the sum were 32-bit floats.
  Q8_1: { id: 9, blockElements: 32, blockBytes: 2 + 2 + 32, family: 'legacy' }, // scale, scale × sum, 8 bits each
  Q2_K: { id: 10, blockElements: 256, blockBytes: 16 + 64 + 2 + 2, family: 'k-quant' }, // scales, 2 bits, d, dmin
  Q3_K: { id: 11, blockElements: 256, blockBytes: 32 + 64 + 12 + 2, family: 'k-quant' }, // 3rd bits, 2 bits, scales, d
  Q4_K: { id: 12, blockElements: 256, blockBytes: 2 + 2 + 12 + 128, family: 'k-quant' }, // d, dmin, scales, 4 bits
  Q5_K: { id: 13, blockElements: 256, blockBytes: 2 + 2 + 12 + 32 + 128, family: 'k-quant' }, // as Q4_K with 5th bits
  Q6_K: { id: 14, blockElements: 256, blockBytes: 128 + 64 + 16 + 2, family: 'k-quant' }, // 4 bits, 2 bits, scales, d
  Q8_K: { id: 15, blockElements: 256, blockBytes: 4 + 256 + 32, family: 'k-quant' }, // f32 scale, 8 bits, 16 sums
  IQ2_XXS: { id: 16, blockElements: 256, blockBytes: 2 + 64, family: 'i-quant' }, // d, indices with signs and scales
  IQ2_XS: { id: 17, blockElements: 256, blockBytes: 2 + 64 + 8, family: 'i-quant' }, // d, indices with signs, scales
  IQ3_XXS: { id: 18, blockElements: 256, blockBytes: 2 + 64 + 32, family: 'i-quant' }, // d, indices, signs with scales
  IQ1_S: { id: 19, blockElements: 256, blockBytes: 2 + 32 + 16, family: 'i-quant' }, // d, indices, high bits with scales
  IQ4_NL: { id: 20, blockElements: 32, blockBytes: 2 + 16, family: 'i-quant' }, // scale, 4 bits each
  IQ3_S: { id: 21, blockElements: 256, blockBytes: 2 + 64 + 8 + 32 + 4, family: 'i-quant' }, // d, indices, 9th bits, signs, scales
  IQ2_S: { id: 22, blockElements: 256, blockBytes: 2 + 32 + 32 + 8 + 8, family: 'i-quant' }, // d, indices, signs, high bits, scales
  IQ4_XS: { id: 23, blockElements: 256, blockBytes: 2 + 2 + 4 + 128, family: 'i-quant' }, // d, scale bits, 4 bits
  I8: { id: 24, blockElements: 1, blockBytes: 1, family: 'integer' },
  I16: { id: 25, blockElements: 1, blockBytes: 2, family: 'integer' },
  I32: { id: 26, blockElements: 1, blockBytes: 4, family: 'integer' },
  I64: { id: 27, blockElements: 1, blockBytes: 8, family: 'integer' },
  F64: { id: 28, blockElements: 1, blockBytes: 8, family: 'float' },
  IQ1_M: { id: 29, blockElements: 256, blockBytes: 32 + 16 + 8, family: 'i-quant' }, // indices, high bits, scales with d
  BF16: { id: 30, blockElements: 1, blockBytes: 2, family: 'float' },
  TQ1_0: { id: 34, blockElements: 256, blockBytes: 48 + 4 + 2, family: 'ternary' }, // 5 per byte, 4 per byte, scale
  TQ2_0: { id: 35, blockElements: 256, blockBytes: 64 + 2, family: 'ternary' }, // 2 bits each, scale
  MXFP4: { id: 39, blockElements: 32, blockBytes: 1 + 16, family: 'fp4' }, // exponent, 4 bits each
  NVFP4: { id: 40, blockElements: 64, blockBytes: 4 + 32, family: 'fp4' }, // 4 scales of 8 bits, 4 bits each
  Q1_0: { id: 41, blockElements: 128, blockBytes: 2 + 16, family: 'one-bit' }, // scale, 1 bit each
  Q2_0: { id: 42, blockElements: 64, blockBytes: 2 + 16, family: 'ternary' }, // scale, 2 bits each
} as const satisfies Record<string, Row>;

/**
 * The first two lived for some weeks in the spring of 2023, before GGUF. The others are Q4_0 and IQ4_NL with their rows in turns,
 * an order that llama.cpp now makes while it loads.
 */
const REMOVED = {
  Q4_2: { id: 4, blockElements: 16, blockBytes: 2 + 8, family: 'legacy' }, // scale, 4 bits each
  Q4_3: { id: 5, blockElements: 16, blockBytes: 2 + 2 + 8, family: 'legacy' }, // scale, minimum, 4 bits each
  Q4_0_4_4: { ...CURRENT.Q4_0, id: 31, interleavedRows: 4 },
  Q4_0_4_8: { ...CURRENT.Q4_0, id: 32, interleavedRows: 4 },
  Q4_0_8_8: { ...CURRENT.Q4_0, id: 33, interleavedRows: 8 },
  IQ4_NL_4_4: { ...CURRENT.IQ4_NL, id: 36, interleavedRows: 4 },
  IQ4_NL_4_8: { ...CURRENT.IQ4_NL, id: 37, interleavedRows: 4 },
  IQ4_NL_8_8: { ...CURRENT.IQ4_NL, id: 38, interleavedRows: 8 },
} as const satisfies Record<string, Row>;

// ── bitnet.cpp (Microsoft): ternary weights with one scale for the whole tensor ──────────────────

/**
 * I2_S is read by ik_llama.cpp too. TL2 is known by name only: it packs the last 256 columns of a matrix in another way than the
 * rest and pads in between, so its bytes are what the next tensor's offset leaves.
 */
const BITNET = {
  I2_S: { id: 36, blockElements: 4, blockBytes: 1, tailBytes: 32, family: 'ternary' }, // 2 bits each
  I8_S: { id: 37, blockElements: 1, blockBytes: 1, family: 'integer' },
  TL1: { id: 38, blockElements: 4, blockBytes: 1, tailBytes: 32, family: 'ternary' }, // 4 bits for two numbers
  TL2: { id: 39, blockElements: 1, blockBytes: 0, family: 'ternary' },
} as const satisfies Record<string, Row>;

// ── PrismML (Bonsai models): ternary weights in groups of 128 ────────────────────────────────────

/** Files made before llama.cpp took up Q2_0 with groups of 64 carry PQ2_0 under that type's id. */
const PRISM = {
  PQ2_0: { id: 142, otherIds: [42], blockElements: 128, blockBytes: 2 + 32, family: 'ternary' }, // scale, 2 bits each
  PTQ1_0: { id: 143, blockElements: 128, blockBytes: 24 + 2 + 2, family: 'ternary' }, // 5 per byte, 4 per byte, scale
} as const satisfies Record<string, Row>;

// ── ik_llama.cpp ─────────────────────────────────────────────────────────────────────────────────

/**
 * In the order of their ids. Those of 8 bits other than Q8_KV and the `_R` hold activations while a product is computed, and no
 * file should have them.
 */
const IK = {
  // The format of llama.cpp's Q1_0.
  Q1_0_G128: { ...CURRENT.Q1_0, id: 41 },
  Q8_0_X4: { ...CURRENT.Q8_0, id: 97 },
  Q8_1_X4: { ...CURRENT.Q8_1, id: 98 },
  Q8_2_X4: { id: 99, blockElements: 32, blockBytes: 2 + 2 + 32, family: 'legacy' }, // scale, sum, 8 bits each
  Q6_0: { id: 133, blockElements: 32, blockBytes: 2 + 8 + 16, family: 'legacy' }, // scale, 2 bits, 4 bits each
  IQ1_BN: { id: 134, blockElements: 64, blockBytes: 12 + 1, rowBytes: 2, family: 'ternary' }, // 5 per byte, the last 4 in one
  IQ2_BN: { id: 135, blockElements: 64, blockBytes: 16, rowBytes: 4, family: 'ternary' }, // 2 bits each
  Q8_K64: { id: 136, blockElements: 64, blockBytes: 4 + 64, family: 'k-quant' }, // f32 scale, 8 bits each
  IQ2_K: { id: 137, blockElements: 256, blockBytes: 2 + 2 + 8 + 64, family: 'iqk-quant' }, // d, tables, scales, 2 bits
  IQ3_K: { id: 138, blockElements: 256, blockBytes: 2 + 2 + 2 + 8 + 64 + 32, family: 'iqk-quant' }, // d, tables, scale bits, 2 bits, 3rd
  IQ4_K: { id: 139, blockElements: 256, blockBytes: 2 + 2 + 4 + 8 + 128, family: 'iqk-quant' }, // d, tables, scale bits, 4 bits
  IQ5_K: { id: 140, blockElements: 256, blockBytes: 2 + 2 + 4 + 8 + 128 + 32, family: 'iqk-quant' }, // as IQ4_K, 5th bits
  IQ6_K: { id: 141, blockElements: 256, blockBytes: 2 + 2 + 16 + 128 + 64, family: 'iqk-quant' }, // d, tables, scales, 4 bits, 2 bits
  // Withdrawn in October 2024: since IQ1_BN and IQ2_BN carry a scale for each row, they do the same.
  IQ2_TN: { id: 142, blockElements: 256, blockBytes: 64, rowBytes: 4, family: 'ternary' }, // 2 bits each
  IQ1_TN: { id: 143, blockElements: 256, blockBytes: 4 * (12 + 1), rowBytes: 2, family: 'ternary' }, // as IQ1_BN
  IQ4_KS: { id: 144, blockElements: 256, blockBytes: 8 + 128, rowBytes: 4, family: 'iqk-quant' }, // scales, 4 bits
  IQ2_KS: { id: 145, blockElements: 256, blockBytes: 2 + 4 + 64, rowBytes: 2, family: 'iqk-quant' }, // tables, scales, 2 bits
  IQ4_KSS: { id: 146, blockElements: 256, blockBytes: 128, rowBytes: 4, family: 'iqk-quant' }, // 4 bits and scales
  Q8_K16: { id: 147, blockElements: 64, blockBytes: 64, rowBytes: 20, family: 'k-quant' },
  Q8_K32: { id: 148, blockElements: 256, blockBytes: 4 + 4 + 256 + 32, family: 'k-quant' }, // scale, sum, 8 bits, sums
  Q8_KR8: { id: 149, blockElements: 256, blockBytes: 4 + 4 + 256 + 32, family: 'k-quant' }, // as Q8_K32
  Q8_K128: { id: 150, blockElements: 128, blockBytes: 4 + 8 + 128, family: 'k-quant' }, // f32 scale, sums, 8 bits each
  Q8_KV: { id: 151, blockElements: 32, blockBytes: 32, rowBytes: 8, family: 'legacy' }, // 8 bits each
  IQ5_KS: { id: 152, blockElements: 256, blockBytes: 8 + 128 + 32, rowBytes: 4, family: 'iqk-quant' }, // scales, 4 bits, 5th
  IQ2_KT: { id: 153, blockElements: 256, blockBytes: 4 + 64, rowBytes: 4, family: 'trellis' }, // scales, seeds
  IQ3_KT: { id: 154, blockElements: 256, blockBytes: 4 + 64 + 32, rowBytes: 4, family: 'trellis' }, // scales, seeds, signs
  IQ4_KT: { id: 155, blockElements: 256, blockBytes: 128, rowBytes: 4, family: 'trellis' }, // scales and seeds
  IQ3_KS: { id: 156, blockElements: 256, blockBytes: 2 + 4 + 64 + 32, rowBytes: 2, family: 'iqk-quant' }, // tables, scales, 2 bits, 3rd
  IQ2_KL: { id: 157, blockElements: 256, blockBytes: 2 + 4 + 64 + 16, rowBytes: 2, family: 'iqk-quant' }, // scale bits, indices, high bits
  IQ1_KT: { id: 158, blockElements: 256, blockBytes: 8 + 32 + 16, rowBytes: 4, family: 'trellis' }, // scales, seeds, high bits
  // Rows in turns with blocks of their own; per row: indices, high bits (and scales).
  IQ1_S_R4: { id: 219, blockElements: 32, blockBytes: 4 + 2, rowBytes: 2, interleavedRows: 4, family: 'i-quant' },
  IQ1_M_R4: { id: 229, blockElements: 32, blockBytes: 4 + 2 + 1, rowBytes: 2, interleavedRows: 4, family: 'i-quant' },
  Q8_K_R16: { id: 397, blockElements: 256, blockBytes: 2 + 256, interleavedRows: 16, family: 'k-quant' }, // scale, 8 bits
  Q8_KV_R8: { id: 398, blockElements: 32, blockBytes: 32, rowBytes: 4, interleavedRows: 8, family: 'legacy' }, // 8 bits each
  Q8_K_R8: { id: 399, blockElements: 256, blockBytes: 2 + 256, interleavedRows: 8, family: 'k-quant' }, // scale, 8 bits each
} as const satisfies Record<string, Row>;

/**
 * The other types whose rows stand in turns: the bytes of the type that they are named after, in another order. 202, 208 and 223
 * took four rows at a time (`_R4`) until February 2025.
 */
const IK_INTERLEAVED = {
  Q4_0_R8: { ...CURRENT.Q4_0, id: 202, interleavedRows: 8 },
  Q5_0_R4: { ...CURRENT.Q5_0, id: 206, interleavedRows: 4 },
  Q8_0_R8: { ...CURRENT.Q8_0, id: 208, interleavedRows: 8 },
  Q2_K_R4: { ...CURRENT.Q2_K, id: 210, interleavedRows: 4 },
  Q3_K_R4: { ...CURRENT.Q3_K, id: 211, interleavedRows: 4 },
  Q4_K_R4: { ...CURRENT.Q4_K, id: 212, interleavedRows: 4 },
  Q5_K_R4: { ...CURRENT.Q5_K, id: 213, interleavedRows: 4 },
  Q6_K_R4: { ...CURRENT.Q6_K, id: 214, interleavedRows: 4 },
  IQ2_XXS_R4: { ...CURRENT.IQ2_XXS, id: 216, interleavedRows: 4 },
  IQ2_XS_R4: { ...CURRENT.IQ2_XS, id: 217, interleavedRows: 4 },
  IQ3_XXS_R4: { ...CURRENT.IQ3_XXS, id: 218, interleavedRows: 4 },
  IQ4_NL_R4: { ...CURRENT.IQ4_NL, id: 220, interleavedRows: 4 },
  IQ3_S_R4: { ...CURRENT.IQ3_S, id: 221, interleavedRows: 4 },
  IQ2_S_R4: { ...CURRENT.IQ2_S, id: 222, interleavedRows: 4 },
  IQ4_XS_R8: { ...CURRENT.IQ4_XS, id: 223, interleavedRows: 8 },
  BF16_R16: { ...CURRENT.BF16, id: 230, interleavedRows: 16 },
  Q6_0_R4: { ...IK.Q6_0, id: 233, interleavedRows: 4 },
  IQ2_BN_R4: { ...IK.IQ2_BN, id: 335, interleavedRows: 4 },
  IQ2_K_R4: { ...IK.IQ2_K, id: 337, interleavedRows: 4 },
  IQ3_K_R4: { ...IK.IQ3_K, id: 338, interleavedRows: 4 },
  IQ4_K_R4: { ...IK.IQ4_K, id: 339, interleavedRows: 4 },
  IQ5_K_R4: { ...IK.IQ5_K, id: 340, interleavedRows: 4 },
  IQ4_KS_R4: { ...IK.IQ4_KS, id: 344, interleavedRows: 4 },
  IQ5_KS_R4: { ...IK.IQ5_KS, id: 352, interleavedRows: 4 },
  MXFP4_R8: { ...CURRENT.MXFP4, id: 353, interleavedRows: 8 },
} as const satisfies Record<string, Row>;

// ── TurboQuant (forks of llama.cpp): rotated vectors on a few levels ─────────────────────────────

/** Each had the id before its own until Q2_0 came to llama.cpp. The first three are for the cache; files hold the last two. */
const TURBO = {
  TURBO2_0: { id: 43, otherIds: [42], blockElements: 128, blockBytes: 2 + 32, family: 'turbo' }, // norm, 2 bits each
  TURBO3_0: { id: 44, otherIds: [43], blockElements: 128, blockBytes: 2 + 32 + 16, family: 'turbo' }, // norm, 2 bits, 3rd
  TURBO4_0: { id: 45, otherIds: [44], blockElements: 128, blockBytes: 2 + 64, family: 'turbo' }, // norm, 4 bits each
  TQ3_1S: { id: 46, otherIds: [45], blockElements: 32, blockBytes: 2 + 2 + 12, family: 'turbo' }, // 2 scales, 3 bits each
  TQ4_1S: { id: 47, otherIds: [46], blockElements: 32, blockBytes: 2 + 2 + 16, family: 'turbo' }, // 2 scales, 4 bits each
} as const satisfies Record<string, Row>;

// ── All of them ──────────────────────────────────────────────────────────────────────────────────

/** Every row, upstream first; where forks collide, the one whose files are more likely met comes first. */
export const TENSOR_TYPES: readonly TensorType[] = [
  ...named(CURRENT, { status: 'current' }),
  ...named(REMOVED, { status: 'removed' }),
  ...named(PRISM, { status: 'fork', fork: 'PrismML' }),
  ...named(BITNET, { status: 'fork', fork: 'bitnet.cpp' }),
  ...named(IK, { status: 'fork', fork: 'ik_llama.cpp' }),
  ...named(IK_INTERLEAVED, { status: 'fork', fork: 'ik_llama.cpp' }),
  ...named(TURBO, { status: 'fork', fork: 'TurboQuant' }),
];

function named(rows: Readonly<Record<string, Row>>, of: Pick<TensorType, 'status' | 'fork'>): TensorType[] {
  return Object.entries(rows).map(([name, row]) => ({ name, ...row, ...of }));
}

let byId: Map<number, TensorType[]> | undefined;
let byName: Map<string, TensorType> | undefined;

/** The row of an id: upstream's where it has one, else a fork's. Undefined for an id that nobody known has used. */
export function tensorTypeById(id: number): TensorType | undefined {
  return tensorTypesById(id)[0];
}

/**
 * All rows that claim an id: upstream's first, those that used it only in other versions of their fork last. Empty for an id that
 * nobody known has used.
 */
export function tensorTypesById(id: number): readonly TensorType[] {
  byId ??= rowsById();
  return byId.get(id) ?? [];
}

function rowsById(): Map<number, TensorType[]> {
  const rows = new Map<number, TensorType[]>();
  for (const type of TENSOR_TYPES) add(type.id, type);
  for (const type of TENSOR_TYPES) for (const id of type.otherIds ?? []) add(id, type);
  return rows;

  function add(id: number, type: TensorType): void {
    const others = rows.get(id);
    if (others) others.push(type);
    else rows.set(id, [type]);
  }
}

/** The row of a name, in upper or lower case (`Q4_K`, `q4_k`). */
export function tensorTypeByName(name: string): TensorType | undefined {
  byName ??= new Map(TENSOR_TYPES.map((type) => [type.name, type]));
  return byName.get(name.toUpperCase());
}

/**
 * Bytes of one row of a tensor: what stands before the blocks, and whole blocks (llama.cpp, `ggml_row_size`).
 *
 * @param elements Numbers in the row. What is no multiple of the block is rounded up: no loader takes such a file, and whoever
 *   lays out the data says so.
 * @throws RangeError if the bytes are no safe integer.
 */
export function rowBytes(type: TensorType, elements: number): number {
  if (elements === 0) return 0;
  return safe((type.rowBytes ?? 0) + safe(wholeBlocks(type, elements) * type.blockBytes));
}

/** Without a fraction on the way: the quotient of two large integers is rounded, their remainder is not. */
function wholeBlocks({ blockElements }: TensorType, elements: number): number {
  const rest = elements % blockElements;
  return (elements - rest) / blockElements + (rest === 0 ? 0 : 1);
}

/**
 * Bytes of a tensor's data without the padding behind it (llama.cpp, `ggml_nbytes`): the rows, and the tail where a type has one.
 * 0 for a type whose size is not known, and where a dimension is zero.
 *
 * @param dimensions In the file's order, the length of a row first; none at all means a single number.
 * @throws RangeError if the bytes are no safe integer.
 */
export function tensorBytes(type: TensorType, dimensions: readonly number[]): number {
  const [row = 1, ...others] = dimensions;
  if (dimensions.includes(0) || type.blockBytes === 0) return 0;
  const rows = others.reduce((product, dimension) => safe(product * dimension), 1);
  return safe(safe(rowBytes(type, row) * rows) + (type.tailBytes ?? 0));
}

/** Bits that one number takes in a block, scales counted; what a row or a tensor has besides is not. 0 where it is not known. */
export function bitsPerWeight({ blockBytes, blockElements }: TensorType): number {
  return (blockBytes * 8) / blockElements;
}

function safe(bytes: number): number {
  if (!Number.isSafeInteger(bytes)) throw new RangeError('the size of the tensor is no safe integer');
  return bytes;
}
