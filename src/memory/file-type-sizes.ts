/**
 * Sizes of the same model as another file type: the bytes of its tensors as llama.cpp's quantizer would write them, computed only from
 * their shapes.
 */

import { FILE_TYPES, type FileType } from '../formats/file-types.js';
import { tensorBytes, tensorTypeByName } from '../formats/tensor-types.js';
import { DEFAULT_ALIGNMENT } from '../gguf/limits.js';
import type { Model, ModelTensor } from '../model/model.js';
import { eachTarget, type TargetType, targetTypes } from './quantizer/target-types.js';

export interface FileTypeSize {
  /** Name of the file type: `Q4_K_M`. */
  fileType: string;
  /** Bytes of all tensors, without header and padding; null if the quantizer would refuse. */
  tensorBytes: number | null;
  /** The same with the padding that the quantizer writes after each tensor. */
  paddedBytes: number | null;
  /** How many tensors would have each type, the most frequent first. */
  typeCounts: Readonly<Record<string, number>>;
  /** Number of tensors whose rows do not divide into blocks of the intended type. */
  fallbacks: number;
  bitsPerWeight: number | null;
  /** The type of each tensor, in the order in which the quantizer processes them; empty if it would refuse. */
  tensors: readonly TargetType[];
}

export interface SizeOptions {
  /** Whether to assume an importance matrix: some types are refused without one, and some mixes differ. Default: no. */
  imatrix?: boolean;
}

/** The model with the types that its tensors would have in this file type; null if the quantizer would refuse. */
export function modelAs(model: Model, fileType: string, options: SizeOptions = {}): Model | null {
  const { tensors: types, tensorBytes: whole } = sizeAs(model, fileType, options);
  if (whole === null) return null;
  const targets = new Map(types.map(({ tensor, type }) => [tensor, type]));
  const tensors = model.tensors.map((tensor) => {
    const type = tensorTypeByName(targets.get(tensor) ?? '');
    if (type === undefined || type === tensor.type) return tensor;
    return { ...tensor, type, typeId: type.id, bytes: tensorBytes(type, tensor.dimensions) };
  });
  return { ...model, tensors };
}

/** The file types that llama.cpp's quantizer writes. */
export const WRITABLE_FILE_TYPES: readonly string[] = FILE_TYPES.filter(({ written }) => written).map(
  ({ name }) => name,
);

export function sizeAs(model: Model, fileType: string, { imatrix = false }: SizeOptions = {}): FileTypeSize {
  const row = currentFileType(fileType);
  const types = targetTypes(model, row, imatrix);
  if (types === null) {
    const nothing = { tensorBytes: null, paddedBytes: null, bitsPerWeight: null };
    return { fileType, ...nothing, typeCounts: {}, fallbacks: 0, tensors: [] };
  }
  const counts = new Map<string, number>();
  let bytes = 0;
  let padded = 0;
  let elements = 0;
  for (const { tensor, type } of types) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const known = tensorTypeByName(type);
    const own = known === undefined || known === tensor.type ? tensor.bytes : tensorBytes(known, tensor.dimensions);
    bytes += own ?? 0;
    padded += Math.ceil((own ?? 0) / DEFAULT_ALIGNMENT) * DEFAULT_ALIGNMENT;
    elements += tensor.elements;
  }
  return {
    fileType,
    tensorBytes: bytes,
    paddedBytes: padded,
    typeCounts: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    fallbacks: types.filter(({ fellBack }) => fellBack).length,
    bitsPerWeight: elements === 0 ? null : (bytes * 8) / elements,
    tensors: types,
  };
}

/** Bytes of all tensors in a file type, without header and padding; null if the quantizer would refuse. */
export function bytesAs(model: Model, fileType: string): number | null {
  const row = currentFileType(fileType);
  // Layers resemble each other, so a few pairs of type and shape cover all tensors.
  const counts = new Map<string, Map<string, { tensor: ModelTensor; count: number }>>();
  const whole = eachTarget(model, row, false, ({ tensor, shape }, type) => {
    let ofType = counts.get(type);
    if (ofType === undefined) {
      ofType = new Map();
      counts.set(type, ofType);
    }
    const same = ofType.get(shape);
    if (same === undefined) ofType.set(shape, { tensor, count: 1 });
    else same.count++;
  });
  if (!whole) return null;
  let bytes = 0;
  for (const [name, shapes] of counts) {
    const type = tensorTypeByName(name);
    for (const { tensor, count } of shapes.values()) {
      bytes += count * ((type === undefined ? tensor.bytes : tensorBytes(type, tensor.dimensions)) ?? 0);
    }
  }
  return bytes;
}

function currentFileType(fileType: string): FileType {
  const row = FILE_TYPES.find(({ name, status }) => name === fileType && status === 'current');
  if (row === undefined) throw new RangeError(`${fileType} is not a file type of llama.cpp`);
  return row;
}
