/**
 * The file's label (`general.file_type`, as in `Q4_K_M`) and the types that are really in it. The label is a name written by the quantizer,
 * or a guess; the types of the tensors count.
 */

import { type FileType, fileTypeById } from '../formats/file-types.js';
import { metadataValue } from '../gguf/decode.js';
import type { Model, ModelTensor } from './model.js';
import { typeName } from './totals.js';

export interface Label {
  id: number;
  /** Undefined for an id that known versions of llama.cpp do not write. */
  fileType: FileType | undefined;
  /** llama.cpp guessed it from the tensors because the file did not state it (bit 1024). */
  guessed: boolean;
}

/** Null if the file has no label. */
export function readLabel({ file, tensors }: Pick<Model, 'file' | 'tensors'>): Label | null {
  const id = metadataValue(file, 'general.file_type');
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) return null;
  return { id, ...fileTypeById(id, new Set(tensors.map(typeName))) };
}

/** Whether a label applies to a tensor: to matrices, which have nearly all the bytes. */
export function isMatrix({ dimensions, roleRow }: ModelTensor): boolean {
  return dimensions.length >= 2 && roleRow.kind !== 'constants' && roleRow.kind !== 'convolution';
}

/** The type of most matrix bytes, and its share of them from 0 to 1. Null if there are no matrices. */
export function mainType(tensors: readonly ModelTensor[]): { type: string; share: number } | null {
  const bytes = new Map<string, number>();
  let all = 0;
  for (const tensor of tensors) {
    if (!isMatrix(tensor) || !tensor.bytes) continue;
    const name = typeName(tensor);
    bytes.set(name, (bytes.get(name) ?? 0) + tensor.bytes);
    all += tensor.bytes;
  }
  let most: { type: string; share: number } | null = null;
  for (const [type, sum] of bytes) if (most === null || sum / all > most.share) most = { type, share: sum / all };
  return most;
}
