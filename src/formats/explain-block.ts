/**
 * Explains one block: its fields with their bytes, what is packed in them, and how some of its numbers are computed. This is plain data for
 * a page; computing with a tensor does not need it.
 */

import { withMinus } from '../words/minus.js';
import { type BlockField, type FieldUnit, UNIT_BYTES } from './block-format.js';
import { blockFormat } from './block-formats.js';
import { type ByteOrder, byteOrder } from './byte-order.js';
import { exactValues } from './exact-values.js';
import { halfOfE8M0, halfOfUE4M3 } from './fp4.js';
import type { TensorType } from './tensor-types.js';

/** A range of a block's bytes. */
export interface ExplainedField {
  name: string;
  /** Offset from the start of the block. */
  offset: number;
  bytes: Uint8Array;
  meaning: string;
  /** The stored items: scales as numbers, packed quants as bytes or words. */
  values: readonly (number | bigint)[];
}

/** A list of small numbers that are packed in the fields: quants for each number, scales for each group. */
export interface ExplainedPart {
  name: string;
  values: readonly number[];
  /** How many numbers of the block share one item. */
  each: number;
}

export interface WorkedValue {
  /** Index of the number in the block. */
  index: number;
  /** The formula with this number's values filled in. */
  computation: string;
  value: number;
}

export interface ExplainedBlock {
  type: string;
  elements: number;
  fields: readonly ExplainedField[];
  /** Empty if a block is one plain number. */
  parts: readonly ExplainedPart[];
  /** The formula with the names of the parts; null if a block is one plain number. */
  formula: string | null;
  /** The first numbers of the block, and the last one. */
  examples: readonly WorkedValue[];
  /** All numbers of the block. */
  values: Float32Array;
}

/** How many of the first numbers are shown with their computation. */
const FIRST_EXAMPLES = 3;

/** Explains the block at the start of `bytes`. Undefined for a type without a float form, and if `bytes` is shorter than a block. */
export function explainBlock(type: TensorType, bytes: Uint8Array, littleEndian: boolean): ExplainedBlock | undefined {
  const format = blockFormat(type);
  if (format === undefined || bytes.length < type.blockBytes) return undefined;
  const block = bytes.subarray(0, type.blockBytes);
  const order = byteOrder(littleEndian);
  const values = new Float32Array(type.blockElements);
  format.dequantize(order)(block, 0, 1, values, 0);
  const parts = Object.entries(format.parts?.of(block, order) ?? {}).map(
    ([name, items]): ExplainedPart => ({ name, values: items, each: type.blockElements / items.length }),
  );
  const formula = format.parts?.formula ?? null;
  const indices = formula === null ? [] : [...Array(FIRST_EXAMPLES).keys(), type.blockElements - 1];
  return {
    type: type.name,
    elements: type.blockElements,
    fields: fieldsOf(type, format.fields, block, order),
    parts,
    formula,
    examples: indices.map((index) => ({
      index,
      computation: filled(formula ?? '', parts, index),
      value: values[index] as number,
    })),
    values,
  };
}

function fieldsOf(
  type: TensorType,
  fields: readonly BlockField[],
  block: Uint8Array,
  order: ByteOrder,
): ExplainedField[] {
  let offset = 0;
  return fields.map(({ name, unit, count, meaning }) => {
    const bytes = block.subarray(offset, offset + count * UNIT_BYTES[unit]);
    offset += bytes.length;
    const values =
      type.blockElements === 1
        ? (exactValues(type, bytes, order.littleEndian) ?? [])
        : Array.from({ length: count }, (_, i) => item(bytes, i * UNIT_BYTES[unit], unit, order));
    return { name, offset: offset - bytes.length, bytes, meaning, values };
  });
}

/** One item of a field that has several. */
function item(bytes: Uint8Array, at: number, unit: FieldUnit, { half, float, u16, u32 }: ByteOrder): number {
  const byte = bytes[at] as number;
  if (unit === 'half') return half(bytes, at);
  if (unit === 'float') return float(bytes, at);
  if (unit === 'u16') return u16(bytes, at);
  if (unit === 'i16') return (u16(bytes, at) << 16) >> 16;
  if (unit === 'u32') return u32(bytes, at);
  if (unit === 'i8') return (byte << 24) >> 24;
  if (unit === 'e8m0') return 2 * halfOfE8M0(byte);
  if (unit === 'ue4m3') return 2 * halfOfUE4M3(byte);
  return byte;
}

/** Fills numbers into the formula; negative ones get parentheses, except the first. */
function filled(formula: string, parts: readonly ExplainedPart[], index: number): string {
  return formula.replace(/[a-z]+/g, (name, at: number) => {
    const part = parts.find((one) => one.name === name);
    const value = part?.values[Math.floor(index / part.each)] ?? 0;
    const text = withMinus(String(Number(value.toPrecision(6))));
    return value < 0 && at > 0 ? `(${text})` : text;
  });
}
