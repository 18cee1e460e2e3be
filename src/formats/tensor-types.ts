/**
 * The ggml types: the meaning of a tensor info's type id (specification, `ggml_type`), and how many bytes a tensor takes. Every size in the
 * program comes from here. A file states only the id, so forks that assigned ids to their formats collide with each other and with
 * upstream. An id can therefore have several rows; gguf/data-layout.ts chooses among them by the space that the tensors take.
 *
 * The facts about a type are in its row in types/. Sums of bytes are written out there, so that each can be checked against its struct
 * (ggml-common.h of llama.cpp and of each fork).
 */

import { IK_LLAMA_CPP } from './types/ik-llama-cpp.js';
import { LLAMA_CPP, type TensorTypeName } from './types/llama-cpp.js';
import { BITNET, OLLAMA, PRISM, TURBO } from './types/other-forks.js';
import { REMOVED } from './types/removed.js';
import type { Blocks, LlamaCppRow, OtherRow, TensorType, Uses } from './types/tensor-type.js';

export type { CacheTypeName, TensorTypeName, WebAssemblyTypeName } from './types/llama-cpp.js';
export type { ActivationType, TensorType, TensorTypeFamily } from './types/tensor-type.js';

/** The facets of a type that llama.cpp does not have. */
const NO_USES: Uses = { kernel: null, activations: null, fallback: null, needsImatrix: false, cache: false };

/** Every row, upstream first and by id; where forks collide, the one whose files are more common comes first. */
export const TENSOR_TYPES: readonly TensorType[] = allRows();

/** Every command waits for this, so it copies as little as possible. */
function allRows(): TensorType[] {
  const types: TensorType[] = [];
  for (const name in LLAMA_CPP) {
    const row: LlamaCppRow = LLAMA_CPP[name as TensorTypeName];
    types.push(typeOf(name, row, row, 'current', undefined));
  }
  types.sort((a, b) => a.id - b.id);
  // No GGUF file was ever written with Q4_2, so by default its id means Ollama's type.
  addOthers(OLLAMA, 'fork', 'Ollama');
  addOthers(REMOVED, 'removed', undefined);
  addOthers(PRISM, 'fork', 'PrismML');
  addOthers(BITNET, 'fork', 'bitnet.cpp');
  addOthers(IK_LLAMA_CPP, 'fork', 'ik_llama.cpp');
  addOthers(TURBO, 'fork', 'TurboQuant');
  return types;

  function addOthers(
    rows: Readonly<Record<string, OtherRow>>,
    status: 'removed' | 'fork',
    fork: string | undefined,
  ): void {
    for (const name in rows) types.push(typeOf(name, rows[name] as OtherRow, NO_USES, status, fork));
  }
}

function typeOf(
  name: string,
  row: OtherRow,
  uses: Uses,
  status: TensorType['status'],
  fork: string | undefined,
): TensorType {
  const { id, otherIds, says, family, blockElements, blockBytes, rowBytes, tailBytes, interleavedRows, fileTypes } =
    row;
  const { kernel, activations, fallback, needsImatrix, cache } = uses;
  // biome-ignore format: one line for each kind of facet
  return {
    name, id, otherIds, status, fork, says, fileTypes,
    family, blockElements, blockBytes, rowBytes, tailBytes, interleavedRows,
    kernel, activations, fallback, needsImatrix, cache,
  };
}

/** The type that the quantizer uses if the fallback's blocks do not divide a row either (llama-quant.cpp, tensor_type_fallback). */
export const LAST_FALLBACK = 'F16' satisfies TensorTypeName;

let byId: Map<number, TensorType[]> | undefined;
let byName: Map<string, TensorType> | undefined;

/** The row of an id: upstream's if it has one, else a fork's. Undefined if no known program has used the id. */
export function tensorTypeById(id: number): TensorType | undefined {
  return tensorTypesById(id)[0];
}

/**
 * All rows that claim an id: upstream's first; types that used it only in other versions of their fork last. Empty if no known program has
 * used the id.
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
export function tensorTypeByName(name: TensorTypeName): TensorType;
export function tensorTypeByName(name: string): TensorType | undefined;
export function tensorTypeByName(name: string): TensorType | undefined {
  byName ??= new Map(TENSOR_TYPES.map((type) => [type.name, type]));
  return byName.get(name) ?? byName.get(name.toUpperCase());
}

/**
 * Bytes of one row of a tensor: the bytes before the blocks, and whole blocks (llama.cpp, `ggml_row_size`).
 *
 * @param elements Numbers in the row, rounded up to whole blocks: no loader accepts such a file, and the code that
 *   lays out the data reports it.
 * @throws RangeError if the bytes are not a safe integer.
 */
export function rowBytes(type: Blocks, elements: number): number {
  if (elements === 0) return 0;
  return safe((type.rowBytes ?? 0) + safe(wholeBlocks(type, elements) * type.blockBytes));
}

/** Uses the remainder, because it is exact, while the quotient of two large integers is rounded. */
function wholeBlocks({ blockElements }: Blocks, elements: number): number {
  const rest = elements % blockElements;
  return (elements - rest) / blockElements + (rest === 0 ? 0 : 1);
}

/**
 * Bytes of a tensor's data without the padding after it (llama.cpp, `ggml_nbytes`): the rows, and the tail if the type has one. 0 for a
 * type of unknown size, and if a dimension is zero.
 *
 * @param dimensions In the file's order, row length first; empty means a single number.
 * @throws RangeError if the bytes are not a safe integer.
 */
export function tensorBytes(type: Blocks, dimensions: readonly number[]): number {
  if (dimensions.includes(0) || type.blockBytes === 0) return 0;
  let rows = 1;
  for (let i = 1; i < dimensions.length; i++) rows = safe(rows * (dimensions[i] as number));
  return safe(safe(rowBytes(type, dimensions[0] ?? 1) * rows) + (type.tailBytes ?? 0));
}

/** Bits per number in a block, including scales but not the extra bytes of a row or tensor. 0 if unknown. */
export function bitsPerWeight({ blockBytes, blockElements }: Blocks): number {
  return (blockBytes * 8) / blockElements;
}

function safe(bytes: number): number {
  if (!Number.isSafeInteger(bytes)) throw new RangeError('the size of the tensor is not a safe integer');
  return bytes;
}
