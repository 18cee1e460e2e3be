/**
 * What is known of a ggml type, and the shapes of the rows that say it. A row of llama.cpp gives every facet, null where there is
 * none: a type without one of them does not compile. Code is not in the rows, because every command loads them: what turns blocks into
 * numbers is listed in ../block-formats.ts, for each row that has a `kernel`.
 */

/** How the numbers of a tensor lie in its bytes. */
export interface Blocks {
  family: TensorTypeFamily;
  /** Numbers in one block; a row should be a multiple of it. */
  blockElements: number;
  /** Bytes of one block; 0 where the size is not a plain function of blocks, so that only the next tensor's offset bounds it. */
  blockBytes: number;
  /** Bytes that stand before the blocks of each row: the scale of the row in some formats of ik_llama.cpp (`row_meta_size`). */
  rowBytes?: number | undefined;
  /** Bytes after the last row: the scale of the whole tensor and its padding, in bitnet.cpp. */
  tailBytes?: number | undefined;
  /** Rows whose blocks are stored in turns (`_R4`, `_R8`): the size is the same, but a row does not lie in one piece. */
  interleavedRows?: number | undefined;
}

/** What llama.cpp does with a type. It does nothing with a type that it removed or that only a fork knows. */
export interface Uses {
  /**
   * What turns its blocks into numbers here: plain TypeScript (../block-formats.ts), and WebAssembly (../simd) besides for the formats
   * that most large files are made of. Null: its numbers cannot be read.
   */
  kernel: 'webassembly' | 'typescript' | null;
  /**
   * What the vectors are rounded to that a matrix of this type is multiplied with on a processor (ggml_type_traits_cpu, `vec_dot_type`).
   * Null where ggml does not multiply with it.
   */
  activations: ActivationType | null;
  /**
   * The type that the quantizer takes where the blocks do not divide a row (llama-quant.cpp, tensor_type_fallback). Null where it
   * refuses, and where nothing is quantized to the type.
   */
  fallback: string | null;
  /** Whether the quantizer refuses to write it without an importance matrix (llama-quant.cpp, tensor_requires_imatrix). */
  needsImatrix: boolean;
  /** Whether keys and values can be kept in it (common/arg.cpp, kv_cache_types). */
  cache: boolean;
}

export type ActivationType = 'F32' | 'F16' | 'BF16' | 'Q8_0' | 'Q8_1' | 'Q8_K';

export interface TensorType extends Blocks, Uses {
  /** The id in the file. */
  id: number;
  /** As llama.cpp prints it, in upper case: `Q4_K`. */
  name: string;
  /** Ids that other versions of the same fork use for it. */
  otherIds?: readonly number[] | undefined;
  /** `current`: llama.cpp reads it; `removed`: it did once; `fork`: only the fork named does. */
  status: 'current' | 'removed' | 'fork';
  fork?: string | undefined;
  /**
   * How it stores its numbers, in a sentence: `q` is the small integer that is stored for a number, `d` the 16-bit scale of a block of
   * 256. Null for some types of forks.
   */
  says: string | null;
  /** The labels of files whose quantizer starts from it, by their names (../file-types.ts). Null where no file is labelled so. */
  fileTypes: Readonly<Record<string, FileTypeRow>> | null;
}

/** One value of `general.file_type`. What is left out is as in the row of the tensor type that it stands in. */
export interface FileTypeRow {
  /** The number in the file. */
  id: number;
  /** Other names: what llama-quantize takes for short, and what people write into file names. */
  aliases?: readonly string[];
  /** `llama-quantize` does not start on it without an importance matrix, whatever the tensors are. */
  needsImatrix?: true;
  /** False: converters write files with this label, the quantizer does not. */
  written?: false;
  status?: 'removed';
  /** Only this fork uses the label, though the tensor type is one of llama.cpp. */
  fork?: string;
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

/** A type of llama.cpp: every facet is given. */
export type LlamaCppRow = Omit<TensorType, 'name' | 'status' | 'fork' | 'says'> & { says: string };

/** A type that llama.cpp removed, or one of a fork: llama.cpp has no use for it. */
export type OtherRow = Omit<TensorType, 'name' | 'status' | 'fork' | keyof Uses>;

/** The blocks of another type, for a type that stores them in the same way. */
export function blocksOf({ family, blockElements, blockBytes, rowBytes }: Blocks): Blocks {
  return { family, blockElements, blockBytes, rowBytes };
}

/** The blocks of another type, those of so many rows in turns. */
export function inTurns(interleavedRows: number, of: Blocks, row: Omit<OtherRow, keyof Blocks>): OtherRow {
  const { family, blockElements, blockBytes, rowBytes } = of;
  const { id, says, fileTypes } = row;
  return { family, blockElements, blockBytes, rowBytes, interleavedRows, id, says, fileTypes };
}
