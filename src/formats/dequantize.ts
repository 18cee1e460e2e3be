/**
 * From the bytes of a tensor to its numbers, for every type of llama.cpp that has a float form: the values are those that ggml's own
 * code gives, bit for bit (`dequantize_row_…` in ggml-quants.c). The formats that forks added have none here.
 *
 * Where ggml computes in float32, each step is rounded to float32 (Math.fround) in the same order; writing to a Float32Array rounds
 * the last one. A NaN that comes out of a multiplication is a NaN, with no promise about its payload.
 */

import { byteOrder, type Dequantize, type KernelMaker } from './byte-order.js';
import { bf16, f16, f32, f64 } from './floats.js';
import { mxfp4, nvfp4 } from './fp4.js';
import { i8, i16, i32, i64 } from './integers.js';
import { iq1_m, iq1_s } from './iq1.js';
import { iq2_s, iq2_xs, iq2_xxs } from './iq2.js';
import { iq3_s, iq3_xxs } from './iq3.js';
import { iq4_nl, iq4_xs } from './iq4.js';
import { q1_0 } from './one-bit.js';
import { q2_k } from './q2-k.js';
import { q3_k } from './q3-k.js';
import { q4_0, q4_1 } from './q4.js';
import { q4_k, q5_k } from './q4-k.js';
import { q5_0, q5_1 } from './q5.js';
import { q6_k } from './q6-k.js';
import { q8_0, q8_1, q8_k } from './q8.js';
import type { TensorType } from './tensor-types.js';
import { q2_0, tq1_0, tq2_0 } from './ternary.js';

export type { Dequantize } from './byte-order.js';

const KERNELS: Readonly<Record<string, KernelMaker>> = {
  F32: f32,
  F16: f16,
  Q4_0: q4_0,
  Q4_1: q4_1,
  Q5_0: q5_0,
  Q5_1: q5_1,
  Q8_0: q8_0,
  Q8_1: q8_1,
  Q2_K: q2_k,
  Q3_K: q3_k,
  Q4_K: q4_k,
  Q5_K: q5_k,
  Q6_K: q6_k,
  Q8_K: q8_k,
  IQ2_XXS: iq2_xxs,
  IQ2_XS: iq2_xs,
  IQ3_XXS: iq3_xxs,
  IQ1_S: iq1_s,
  IQ4_NL: iq4_nl,
  IQ3_S: iq3_s,
  IQ2_S: iq2_s,
  IQ4_XS: iq4_xs,
  I8: i8,
  I16: i16,
  I32: i32,
  I64: i64,
  F64: f64,
  IQ1_M: iq1_m,
  BF16: bf16,
  TQ1_0: tq1_0,
  TQ2_0: tq2_0,
  MXFP4: mxfp4,
  NVFP4: nvfp4,
  Q1_0: q1_0,
  Q2_0: q2_0,
};

/** The names of the types that can be dequantized, in the order of their ids. */
export const DEQUANTIZED_TYPES: readonly string[] = Object.keys(KERNELS);

/**
 * The kernel that turns blocks of this type into float32. Undefined for a type that has no float form here: one that llama.cpp
 * removed, or a fork's.
 *
 * @param littleEndian Of the file: false swaps the fields of each block that are wider than a byte.
 */
export function dequantizer({ name, status }: TensorType, littleEndian: boolean): Dequantize | undefined {
  if (status !== 'current' || !Object.hasOwn(KERNELS, name)) return undefined;
  return KERNELS[name]?.(byteOrder(littleEndian));
}
