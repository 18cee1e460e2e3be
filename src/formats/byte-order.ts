/**
 * Reads the multi-byte fields of a block in the file's byte order. A big-endian file has them swapped and everything else unchanged. For a
 * few formats a converter shows which fields these are (gguf-py, `gguf_convert_endian`: the half-precision scales); for the others they are
 * the ones that ggml reads as 16 or 32 bits.
 */

import { halfValues } from './half.js';

export interface ByteOrder {
  littleEndian: boolean;
  u16(bytes: Uint8Array, at: number): number;
  u32(bytes: Uint8Array, at: number): number;
  /** A half-precision float. */
  half(bytes: Uint8Array, at: number): number;
  float(bytes: Uint8Array, at: number): number;
}

/**
 * Writes the numbers of whole blocks.
 *
 * @param bytes Holds the blocks, without gaps, from the byte `from` on.
 * @param into Receives `blocks` times the elements of a block, from index `at` on.
 */
export type Dequantize = (bytes: Uint8Array, from: number, blocks: number, into: Float32Array, at: number) => void;

/** What a format file exports: it creates the kernel for a byte order. */
export type KernelMaker = (order: ByteOrder) => Dequantize;

export function byteOrder(littleEndian: boolean): ByteOrder {
  return littleEndian ? little() : big();
}

function little(): ByteOrder {
  const halves = halfValues();
  const u32 = (bytes: Uint8Array, at: number): number =>
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0;
  return {
    littleEndian: true,
    u16: (bytes, at) => (bytes[at] as number) | ((bytes[at + 1] as number) << 8),
    u32,
    half: (bytes, at) => halves[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number,
    float: (bytes, at) => floatOf(u32(bytes, at)),
  };
}

function big(): ByteOrder {
  const halves = halfValues();
  const u32 = (bytes: Uint8Array, at: number): number =>
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0;
  return {
    littleEndian: false,
    u16: (bytes, at) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number),
    u32,
    half: (bytes, at) => halves[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] as number,
    float: (bytes, at) => floatOf(u32(bytes, at)),
  };
}

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

/** The float32 with these bits. */
export function floatOf(bits: number): number {
  scratch[0] = bits;
  return scratchFloat[0] as number;
}
