/**
 * Dequantizes the bytes of a tensor, for every type of llama.cpp that has a float form. The values equal ggml's bit for bit
 * (`dequantize_row_…` in ggml-quants.c). Formats added by forks are not supported.
 *
 * Where ggml computes in float32, each step is rounded to float32 (Math.fround) in the same order; writing to a Float32Array rounds the
 * last step. If a multiplication gives NaN, its payload is unspecified.
 */

import { blockFormat } from './block-formats.js';
import { byteOrder, type Dequantize } from './byte-order.js';
import type { TensorType } from './tensor-types.js';

export type { Dequantize } from './byte-order.js';

/**
 * The kernel that dequantizes blocks of this type to float32. Undefined for a type without a float form here: one that llama.cpp removed,
 * or one of a fork.
 *
 * @param littleEndian The file's byte order: false swaps the fields of each block that are wider than a byte.
 */
export function dequantizer(type: TensorType, littleEndian: boolean): Dequantize | undefined {
  return blockFormat(type)?.dequantize(byteOrder(littleEndian));
}
