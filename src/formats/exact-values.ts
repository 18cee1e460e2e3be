/**
 * The exact numbers of types that float32 would round: 32-bit and 64-bit integers and doubles. For showing a few numbers; bulk work uses
 * dequantize.ts.
 */

import { blockFormat } from './block-formats.js';
import { dequantizer } from './dequantize.js';
import type { TensorType } from './tensor-types.js';

/**
 * The exact numbers of whole blocks: a bigint for each I64, else a number. Undefined for a type that cannot be read.
 *
 * @param bytes Contains only whole blocks.
 */
export function exactValues(
  type: TensorType,
  bytes: Uint8Array,
  littleEndian: boolean,
): readonly (number | bigint)[] | undefined {
  const dequantize = dequantizer(type, littleEndian);
  if (dequantize === undefined) return undefined;
  const blocks = Math.floor(bytes.length / type.blockBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const each = <T>(read: (at: number) => T): T[] => Array.from({ length: blocks }, (_, i) => read(i * type.blockBytes));
  const [unit] = blockFormat(type)?.fields.map((field) => field.unit) ?? [];
  if (unit === 'i64') return each((at) => view.getBigInt64(at, littleEndian));
  if (unit === 'double') return each((at) => view.getFloat64(at, littleEndian));
  if (unit === 'i32') return each((at) => view.getInt32(at, littleEndian));
  const values = new Float32Array(blocks * type.blockElements);
  dequantize(bytes, 0, blocks, values, 0);
  return Array.from(values);
}
