/**
 * Writes a GGUF v3 file whose header is complete and whose data is a hole: the offsets and the size are those of a real model, but the disk
 * holds little more than the header. Covers the whole header of the GGUF specification, little endian, with the value types that the
 * benchmark's models need.
 *
 * It is separate from the writer of the tests on purpose: the benchmark measures the program from outside and shares no code with it or its
 * tests.
 */

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const ALIGNMENT = 32;
const MAGIC = 0x46554747; // "GGUF" as a little-endian u32

/** Ids of the value types of the specification that are used here. */
const VALUE_TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8 } as const;
const ARRAY_TYPE = 9;

/** Tensor types that the benchmark's models use: ggml's id, and the elements and bytes of one block. */
export const TENSOR_TYPES = {
  F32: { id: 0, blockElements: 1, blockBytes: 4 },
  F16: { id: 1, blockElements: 1, blockBytes: 2 },
  Q8_0: { id: 8, blockElements: 32, blockBytes: 2 + 32 },
  Q4_K: { id: 12, blockElements: 256, blockBytes: 2 + 2 + 12 + 128 },
  Q6_K: { id: 14, blockElements: 256, blockBytes: 128 + 64 + 16 + 2 },
} as const;

interface Values {
  u32: number;
  i32: number;
  f32: number;
  bool: boolean;
  string: string;
}

/** A metadata entry. An array is given by its length and a rule for its items, so that long arrays are never in memory. */
export type GeneratedEntry = {
  [T in keyof Values]:
    | { key: string; type: T; value: Values[T] }
    | { key: string; type: T; count: number; item: (index: number) => Values[T] };
}[keyof Values];

/** A tensor; `dimensions` in ggml's order, the first one a multiple of the block length. */
export interface GeneratedTensor {
  name: string;
  dimensions: readonly number[];
  type: keyof typeof TENSOR_TYPES;
}

/** The layout of the written file; sizes in bytes. */
export interface GeneratedFile {
  path: string;
  /** From the start of the file to the start of the tensor data, padding included. */
  headerBytes: number;
  fileBytes: number;
  tensorCount: number;
}

function tensorBytes({ dimensions, type }: GeneratedTensor): number {
  const { blockElements, blockBytes } = TENSOR_TYPES[type];
  return (dimensions.reduce((product, length) => product * length, 1) / blockElements) * blockBytes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Appends little-endian fields to a file through one buffer of fixed size, so that the benchmark's own memory stays small. */
function fieldWriter(file: number) {
  const buffer = Buffer.alloc(1 << 20);
  let filled = 0;
  let written = 0;
  const flush = () => {
    writeSync(file, buffer, 0, filled);
    written += filled;
    filled = 0;
  };
  const room = (bytes: number) => {
    if (filled + bytes > buffer.length) flush();
  };
  const u32 = (value: number) => {
    room(4);
    filled = buffer.writeUInt32LE(value, filled);
  };
  const u64 = (value: number) => {
    u32(value % 2 ** 32);
    u32(Math.floor(value / 2 ** 32));
  };
  const i32 = (value: number) => u32(value >>> 0);
  const f32 = (value: number) => {
    room(4);
    filled = buffer.writeFloatLE(value, filled);
  };
  const bool = (value: boolean) => {
    room(1);
    filled = buffer.writeUInt8(value ? 1 : 0, filled);
  };
  const string = (text: string) => {
    const bytes = Buffer.byteLength(text);
    u64(bytes);
    room(bytes);
    filled += buffer.write(text, filled);
  };
  return { u32, u64, i32, f32, bool, string, flush, position: () => written + filled };
}

function writeEntry(out: ReturnType<typeof fieldWriter>, entry: GeneratedEntry): void {
  // The union of entries pairs each type with its values; looking the writer up by the type loses that pairing.
  const write = out[entry.type] as (value: Values[keyof Values]) => void;
  out.string(entry.key);
  if ('value' in entry) {
    out.u32(VALUE_TYPES[entry.type]);
    write(entry.value);
    return;
  }
  out.u32(ARRAY_TYPE);
  out.u32(VALUE_TYPES[entry.type]);
  out.u64(entry.count);
  for (let index = 0; index < entry.count; index++) write(entry.item(index));
}

/**
 * Writes a model whose tensor data is a hole in the file. On a file system without holes the file takes its full size.
 *
 * @param path replaced where it exists
 */
export function writeGeneratedFile(
  path: string,
  entries: readonly GeneratedEntry[],
  tensors: readonly GeneratedTensor[],
): GeneratedFile {
  const file = openSync(path, 'w');
  try {
    const out = fieldWriter(file);
    out.u32(MAGIC);
    out.u32(3);
    out.u64(tensors.length);
    out.u64(entries.length);
    for (const entry of entries) writeEntry(out, entry);
    let offset = 0;
    for (const tensor of tensors) {
      out.string(tensor.name);
      out.u32(tensor.dimensions.length);
      for (const length of tensor.dimensions) out.u64(length);
      out.u32(TENSOR_TYPES[tensor.type].id);
      out.u64(offset);
      offset += padded(tensorBytes(tensor));
    }
    out.flush();
    const headerBytes = padded(out.position());
    const fileBytes = headerBytes + offset;
    ftruncateSync(file, fileBytes);
    return { path, headerBytes, fileBytes, tensorCount: tensors.length };
  } finally {
    closeSync(file);
  }
}
