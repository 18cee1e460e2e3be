/**
 * What each block format file exports for each of its types: the code that dequantizes blocks, the fields of a block, and its parts. Also
 * the fields that many formats share. These are facts of ggml (the structs of ggml-common.h).
 */

import type { ByteOrder, KernelMaker } from './byte-order.js';

export interface BlockFormat {
  dequantize: KernelMaker;
  /**
   * The fields in byte order. They show what to explain about a block, which fields are scales, and which are wider than a byte (and
   * therefore swapped in a big-endian file). The format file's header comment describes packed fields.
   */
  fields: readonly BlockField[];
  /** The unpacked fields, for explaining a block. Null if a block is one plain number. */
  parts: BlockParts | null;
}

/** How one item of a field is stored. The digits in the name are its bits, except for `e8m0` and `ue4m3`, which are scales of one byte. */
export type FieldUnit = 'half' | 'float' | 'double' | 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'i64' | Code;
type Code = 'bf16' | 'e8m0' | 'ue4m3';

export const UNIT_BYTES: Readonly<Record<FieldUnit, number>> = {
  ...{ half: 2, bf16: 2, float: 4, double: 8, e8m0: 1, ue4m3: 1 },
  ...{ u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, i64: 8 },
};

export interface BlockField {
  name: string;
  unit: FieldUnit;
  /** Number of items, stored one after the other. */
  count: number;
  meaning: string;
  /** Whether the numbers of the block are multiplied by this field, or it is subtracted from them. */
  role?: 'scale' | 'minimum';
  /** How the scale is read if it is packed together with other fields; `at` is the start of the block. */
  scale?: (bytes: Uint8Array, at: number, order: ByteOrder) => number;
}

/**
 * The scales, minimums and quants of a block as lists. A list shorter than the block has one item for each group of equal size: of 8 scales
 * in a block of 256, the first applies to numbers 0 to 31.
 */
export type Parts = Readonly<Record<string, readonly number[]>>;

export interface BlockParts {
  /** How a number is computed from the parts, by their names; `×`, `-`, `+`, `/` and parentheses have their usual meaning. */
  formula: string;
  /** `bytes` begins with the block. */
  of: (bytes: Uint8Array, order: ByteOrder) => Parts;
}

export function list(count: number, item: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => item(i));
}

/** The format of a block that is one plain number. */
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

/** A field of bytes that hold packed smaller values. */
export function packed(name: string, count: number, meaning: string): BlockField {
  return { name, unit: 'u8', count, meaning };
}

export function quants(bits: number, count: number): BlockField {
  return packed('q', count, `quants, ${bits} ${bits === 1 ? 'bit' : 'bits'} each`);
}

export function signedQuants(count: number): BlockField {
  return { name: 'q', unit: 'i8', count, meaning: 'quants, signed bytes' };
}
