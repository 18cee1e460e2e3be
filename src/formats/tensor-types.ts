/**
 * The ggml types: what a tensor info's id means (specification, `ggml_type`), and how many bytes a tensor takes. Every size in the
 * program comes from here. A file says only the id, so forks that gave an id of their own to a format collide with each other and with
 * upstream: an id can have several rows, and who knows the room that the tensors take chooses among them (gguf/data-layout.ts).
 *
 * What is known of a type stands in its row in types/. Sums of bytes are written out there, so that each can be checked against the
 * struct it stands for (ggml-common.h of llama.cpp, and of each fork).
 */

import { IK_LLAMA_CPP } from './types/ik-llama-cpp.js';
import { LLAMA_CPP, type TensorTypeName } from './types/llama-cpp.js';
import { BITNET, OLLAMA, PRISM, TURBO } from './types/other-forks.js';
import { REMOVED } from './types/removed.js';
import type { Blocks, LlamaCppRow, OtherRow, TensorType, Uses } from './types/tensor-type.js';

export type { CacheTypeName, TensorTypeName, WebAssemblyTypeName } from './types/llama-cpp.js';
export type { ActivationType, TensorType, TensorTypeFamily } from './types/tensor-type.js';

/** What llama.cpp does with a type that is not one of its own. */
const NO_USES: Uses = { kernel: null, activations: null, fallback: null, needsImatrix: false, cache: false };

/** Every row, upstream first and by id; where forks collide, the one whose files are more likely met comes first. */
export const TENSOR_TYPES: readonly TensorType[] = allRows();

/** Every command waits for this, so it copies no more than it must. */
function allRows(): TensorType[] {
  const types: TensorType[] = [];
  for (const name in LLAMA_CPP) {
    const row: LlamaCppRow = LLAMA_CPP[name as TensorTypeName];
    types.push(typeOf(name, row, row, 'current', undefined));
  }
  types.sort((a, b) => a.id - b.id);
  // No GGUF file was ever written with Q4_2, so its id is that of Ollama where nothing tells.
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

/** What the quantizer takes where the blocks of the fallback do not divide a row either (llama-quant.cpp, tensor_type_fallback). */
export const LAST_FALLBACK = 'F16' satisfies TensorTypeName;

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
export function tensorTypeByName(name: TensorTypeName): TensorType;
export function tensorTypeByName(name: string): TensorType | undefined;
export function tensorTypeByName(name: string): TensorType | undefined {
  byName ??= new Map(TENSOR_TYPES.map((type) => [type.name, type]));
  return byName.get(name) ?? byName.get(name.toUpperCase());
}

/**
 * Bytes of one row of a tensor: what stands before the blocks, and whole blocks (llama.cpp, `ggml_row_size`).
 *
 * @param elements Numbers in the row. What is not a multiple of the block is rounded up: no loader takes such a file, and whoever
 *   lays out the data says so.
 * @throws RangeError if the bytes are not a safe integer.
 */
export function rowBytes(type: Blocks, elements: number): number {
  if (elements === 0) return 0;
  return safe((type.rowBytes ?? 0) + safe(wholeBlocks(type, elements) * type.blockBytes));
}

/** Without a fraction on the way: the quotient of two large integers is rounded, their remainder is not. */
function wholeBlocks({ blockElements }: Blocks, elements: number): number {
  const rest = elements % blockElements;
  return (elements - rest) / blockElements + (rest === 0 ? 0 : 1);
}

/**
 * Bytes of a tensor's data without the padding after it (llama.cpp, `ggml_nbytes`): the rows, and the tail where a type has one.
 * 0 for a type whose size is not known, and where a dimension is zero.
 *
 * @param dimensions In the file's order, the length of a row first; none at all means a single number.
 * @throws RangeError if the bytes are not a safe integer.
 */
export function tensorBytes(type: Blocks, dimensions: readonly number[]): number {
  if (dimensions.includes(0) || type.blockBytes === 0) return 0;
  let rows = 1;
  for (let i = 1; i < dimensions.length; i++) rows = safe(rows * (dimensions[i] as number));
  return safe(safe(rowBytes(type, dimensions[0] ?? 1) * rows) + (type.tailBytes ?? 0));
}

/** Bits that one number takes in a block, scales counted; what a row or a tensor has besides is not. 0 where it is not known. */
export function bitsPerWeight({ blockBytes, blockElements }: Blocks): number {
  return (blockBytes * 8) / blockElements;
}

function safe(bytes: number): number {
  if (!Number.isSafeInteger(bytes)) throw new RangeError('the size of the tensor is not a safe integer');
  return bytes;
}
