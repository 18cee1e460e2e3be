/**
 * The numbers themselves where a float32 would round them: integers of 32 and 64 bits and doubles. For showing a few of them; work on
 * many goes through dequantize.ts.
 */

import { dequantizer } from './dequantize.js';
import type { TensorType } from './tensor-types.js';

/**
 * The numbers of whole blocks as they are: a bigint for each I64, else a number. Undefined for a type that has no float form.
 *
 * @param bytes Whole blocks from the first byte to the last.
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
  if (type.name === 'I64') return each((at) => view.getBigInt64(at, littleEndian));
  if (type.name === 'F64') return each((at) => view.getFloat64(at, littleEndian));
  if (type.name === 'I32') return each((at) => view.getInt32(at, littleEndian));
  const values = new Float32Array(blocks * type.blockElements);
  dequantize(bytes, 0, blocks, values, 0);
  return Array.from(values);
}
