/**
 * From the bytes of a tensor to its numbers, for every type of llama.cpp that has a float form: the values are those that ggml's own
 * code gives, bit for bit (`dequantize_row_…` in ggml-quants.c). The formats that forks added have none here.
 *
 * Where ggml computes in float32, each step is rounded to float32 (Math.fround) in the same order; writing to a Float32Array rounds
 * the last one. A NaN that comes out of a multiplication is a NaN, with no promise about its payload.
 */

import { blockFormat } from './block-formats.js';
import { byteOrder, type Dequantize } from './byte-order.js';
import type { TensorType } from './tensor-types.js';

export type { Dequantize } from './byte-order.js';

/**
 * The kernel that turns blocks of this type into float32. Undefined for a type that has no float form here: one that llama.cpp
 * removed, or a fork's.
 *
 * @param littleEndian Of the file: false swaps the fields of each block that are wider than a byte.
 */
export function dequantizer(type: TensorType, littleEndian: boolean): Dequantize | undefined {
  return blockFormat(type)?.dequantize(byteOrder(littleEndian));
}
