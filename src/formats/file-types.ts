/**
 * The file types: the meaning of `general.file_type` (`llama_ftype` in llama.h). A file type names the mix that the quantizer was asked
 * for. It is only a label: the tensors need not follow it, and forks have assigned their own ids. Each file type is listed in the row of
 * the tensor type that its mix starts from (types/).
 */

import { TENSOR_TYPES } from './tensor-types.js';
import type { FileTypeRow, TensorType } from './types/tensor-type.js';

export type { WrittenFileType } from './types/llama-cpp.js';

export interface FileType {
  /** The number in the file. */
  id: number;
  /** The label as it is commonly written: `Q4_K_M`. */
  name: string;
  /**
   * The tensor type that the quantizer starts from (llama.cpp, `llama_ftype_get_default_type`). Nearly always most matrices get it; a mix
   * gives some of them another type.
   */
  main: string;
  /** `current`: llama.cpp supports it; `removed`: it did in the past; `fork`: only the named fork does. */
  status: 'current' | 'removed' | 'fork';
  fork?: string | undefined;
  /** Whether llama.cpp's quantizer writes it. */
  written: boolean;
  /** Other names, and whether an importance matrix is required: as in the row. */
  aliases?: readonly string[] | undefined;
  needsImatrix?: true | undefined;
}

/** All labels by origin, upstream first, then by id, so that upstream's row comes first for each id. */
export const FILE_TYPES: readonly FileType[] = allLabels();

function allLabels(): FileType[] {
  const byOrigin = new Map<string, FileType[]>([
    ['current', []],
    ['removed', []],
  ]);
  for (const { fork } of TENSOR_TYPES) if (fork !== undefined) byOrigin.set(fork, []);
  for (const type of TENSOR_TYPES) {
    const { name: main, fileTypes } = type;
    for (const name in fileTypes) {
      const { id, aliases, needsImatrix, written, fork = type.fork, status: own } = fileTypes[name] as FileTypeRow;
      const status = fork === undefined ? (own ?? type.status) : 'fork';
      const isWritten = status === 'current' && written !== false;
      byOrigin.get(fork ?? status)?.push({ id, name, main, status, fork, written: isWritten, aliases, needsImatrix });
    }
  }
  return [...byOrigin.values()].flatMap((labels) => labels.sort((a, b) => a.id - b.id));
}

/** The row of a label or of an alias (`Q4_K` stands for Q4_K_M). `name` is in upper case. */
export function fileTypeByName(name: string): FileType | undefined {
  return FILE_TYPES.find(({ aliases }) => aliases?.includes(name)) ?? FILE_TYPES.find((label) => label.name === name);
}

/**
 * Whether the quantizer refuses to make a tensor of this type without an importance matrix (llama-quant.cpp, tensor_requires_imatrix). It
 * does for types of few bits, and, in a mix that requires one, for the mix's main type too: Q2_K in Q2_K_S.
 */
export function needsImatrix(type: TensorType | undefined, fileType: FileType | undefined): boolean {
  if (type === undefined) return false;
  return type.needsImatrix || (fileType?.needsImatrix === true && type.name === fileType.main);
}

/** The bit that llama.cpp sets on a file type that it guessed from the tensors because the file states none. */
const GUESSED = 1024;

/**
 * The row of an id; undefined if no known program has used the id. `guessed`: the bit for a guess is set; the row is that of the id without
 * the bit.
 *
 * @param id The value of `general.file_type`, an integer from 0.
 * @param present The tensor types in the file. If several rows claim the id, the first whose main type is in the file is used;
 * otherwise, or without this argument, upstream's row.
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
