/**
 * The facts about a ggml type, and the shapes of the rows that state them. A row of llama.cpp states every facet, null if not applicable; a
 * type that lacks one does not compile. The rows contain no code, because every command loads them: ../block-formats.ts lists the
 * dequantizing code for each row with a `kernel`.
 */

/** How a tensor's numbers are laid out in bytes. */
export interface Blocks {
  family: TensorTypeFamily;
  /** Numbers in one block; a row should be a multiple of it. */
  blockElements: number;
  /** Bytes of one block; 0 if the size does not follow from the block count, so that only the next tensor's offset limits it. */
  blockBytes: number;
  /** Bytes before the blocks of each row: the row's scale in some formats of ik_llama.cpp (`row_meta_size`). */
  rowBytes?: number | undefined;
  /** Bytes after the last row: the scale of the whole tensor and its padding, in bitnet.cpp. */
  tailBytes?: number | undefined;
  /** Number of rows whose blocks alternate (`_R4`, `_R8`): the size is the same, but a row is not contiguous. */
  interleavedRows?: number | undefined;
}

/** How llama.cpp uses a type. It does not use types that it removed or that only a fork has. */
export interface Uses {
  /**
   * The code that dequantizes its blocks here: plain TypeScript (../block-formats.ts), and also WebAssembly (../simd) for the formats that
   * most large files consist of. Null: its numbers cannot be read.
   */
  kernel: 'webassembly' | 'typescript' | null;
  /**
   * The type to which vectors are rounded before a matrix of this type is multiplied with them on a CPU (ggml_type_traits_cpu,
   * `vec_dot_type`). Null if ggml does not multiply with it.
   */
  activations: ActivationType | null;
  /**
   * The type that the quantizer uses instead if the blocks do not divide a row (llama-quant.cpp, tensor_type_fallback). Null if it refuses,
   * and if nothing is quantized to the type.
   */
  fallback: string | null;
  /** Whether the quantizer refuses to write it without an importance matrix (llama-quant.cpp, tensor_requires_imatrix). */
  needsImatrix: boolean;
  /** Whether the KV cache can use it (common/arg.cpp, kv_cache_types). */
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
  /** `current`: llama.cpp reads it; `removed`: it did in the past; `fork`: only the named fork does. */
  status: 'current' | 'removed' | 'fork';
  fork?: string | undefined;
  /**
   * How it stores its numbers, in one sentence: `q` is the small integer stored for a number, `d` the 16-bit scale of a block of 256. Null
   * for some types of forks.
   */
  says: string | null;
  /** The labels of the files whose quantizer starts from this type, by name (../file-types.ts). Null if no file has such a label. */
  fileTypes: Readonly<Record<string, FileTypeRow>> | null;
}

/** One value of `general.file_type`. Omitted properties are those of the tensor type's row. */
export interface FileTypeRow {
  /** The number in the file. */
  id: number;
  /** Other names: the abbreviations of llama-quantize, and the spellings in file names. */
  aliases?: readonly string[];
  /** `llama-quantize` refuses to start without an importance matrix, whatever the tensors are. */
  needsImatrix?: true;
  /** False: converters write files with this label, but the quantizer does not. */
  written?: false;
  status?: 'removed';
  /** Only this fork uses the label, although the tensor type is llama.cpp's. */
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

/** A type that llama.cpp removed, or one of a fork: without the facets for llama.cpp's use. */
export type OtherRow = Omit<TensorType, 'name' | 'status' | 'fork' | keyof Uses>;

/** The blocks of another type, for a type that stores them in the same way. */
export function blocksOf({ family, blockElements, blockBytes, rowBytes }: Blocks): Blocks {
  return { family, blockElements, blockBytes, rowBytes };
}

/** The blocks of another type, with this many rows interleaved. */
export function inTurns(interleavedRows: number, of: Blocks, row: Omit<OtherRow, keyof Blocks>): OtherRow {
  const { family, blockElements, blockBytes, rowBytes } = of;
  const { id, says, fileTypes } = row;
  return { family, blockElements, blockBytes, rowBytes, interleavedRows, id, says, fileTypes };
}
