/**
 * What a file of a block format exports for each of its types: the code that turns blocks into numbers, the fields of a block, and its
 * parts. And the fields that many formats have alike. Facts of ggml (the structs of ggml-common.h).
 */

import type { ByteOrder, KernelMaker } from './byte-order.js';

export interface BlockFormat {
  dequantize: KernelMaker;
  /**
   * The fields in the order of their bytes: what a block explained shows, which of them are scales, and which are wider than a byte
   * (and so swapped in a big-endian file). The comment of the file says how the packed ones are packed.
   */
  fields: readonly BlockField[];
  /** What the fields mean before it is computed with them. Null where a block is one plain number. */
  parts: BlockParts | null;
}

/** How one item of a field is stored: its bytes are the digits' eighth, but for `e8m0` and `ue4m3`, scales of one byte. */
export type FieldUnit = 'half' | 'float' | 'double' | 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'i64' | Code;
type Code = 'bf16' | 'e8m0' | 'ue4m3';

export const UNIT_BYTES: Readonly<Record<FieldUnit, number>> = {
  ...{ half: 2, bf16: 2, float: 4, double: 8, e8m0: 1, ue4m3: 1 },
  ...{ u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, i64: 8 },
};

export interface BlockField {
  name: string;
  unit: FieldUnit;
  /** Items, one after the other. */
  count: number;
  meaning: string;
  /** Whether the numbers of the block are multiplied by it, or it is subtracted from them. */
  role?: 'scale' | 'minimum';
  /** How the scale is read where it is packed with other things; `at` is where the block begins. */
  scale?: (bytes: Uint8Array, at: number, order: ByteOrder) => number;
}

/**
 * The scales, minimums and quants of a block as lists. A list that is shorter than the block holds one item for each of so many groups
 * of equal size: of 8 scales in a block of 256 the first is that of the numbers 0 to 31.
 */
export type Parts = Readonly<Record<string, readonly number[]>>;

export interface BlockParts {
  /** How a number comes from the parts, with their names; `×`, `-`, `+`, `/` and brackets mean what they say. */
  formula: string;
  /** The bytes begin with the block. */
  of: (bytes: Uint8Array, order: ByteOrder) => Parts;
}

/** A list of so many items. */
export function list(count: number, item: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => item(i));
}

/** A block of one plain number. */
export function plainNumber(unit: FieldUnit, dequantize: KernelMaker): BlockFormat {
  return { dequantize, fields: [{ name: 'x', unit, count: 1, meaning: 'the number itself' }], parts: null };
}

export const d: BlockField = { name: 'd', unit: 'half', count: 1, meaning: 'scale of the block', role: 'scale' };
export const dOfScales: BlockField = { ...d, meaning: 'scale of the scales' };
export const m: BlockField = {
  ...{ name: 'm', unit: 'half', count: 1, meaning: 'minimum, added to every number', role: 'minimum' },
};
export const dmin: BlockField = {
  ...{ name: 'dmin', unit: 'half', count: 1, meaning: 'scale of the minimums', role: 'minimum' },
};

/** Bytes that hold small things packed. */
export function packed(name: string, count: number, meaning: string): BlockField {
  return { name, unit: 'u8', count, meaning };
}

export function quants(bits: number, count: number): BlockField {
  return packed('q', count, `quants, ${bits} ${bits === 1 ? 'bit' : 'bits'} each`);
}

export function signedQuants(count: number): BlockField {
  return { name: 'q', unit: 'i8', count, meaning: 'quants, signed bytes' };
}
