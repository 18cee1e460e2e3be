/**
 * Rounds the vectors that a matrix is multiplied with as llama.cpp rounds them on a CPU: to 8 bits in blocks for quantized matrices, to
 * half precision for F16 matrices (ggml_type_traits_cpu, `vec_dot_type`). Without this rounding, results differ from llama.cpp's by some
 * thousandths; with it they agree to the last digits.
 */

import type { ActivationType, TensorType } from '../formats/tensor-types.js';
import type { Vectors } from './vectors.js';

/** How each type rounds vectors; null: not at all. Q8_1 is Q8_0 with an additional sum, which does not change the numbers. */
const ROUNDING: Readonly<Record<ActivationType, ((values: Float32Array) => Float32Array) | null>> = {
  F32: null,
  F16: (values) => values.map(toHalf),
  BF16: (values) => values.map(toBrainFloat),
  Q8_0: (values) => inBlocks(values, 32, blockOf32),
  Q8_1: (values) => inBlocks(values, 32, blockOf32),
  Q8_K: (values) => inBlocks(values, 256, blockOf256),
};

/** The rounded vectors; the given ones if the matrix type needs no rounding. */
export function roundedFor({ activations }: TensorType, vectors: Vectors): Vectors {
  const round = activations === null ? null : ROUNDING[activations];
  return round === null ? vectors : { ...vectors, values: round(vectors.values) };
}

/** To half precision (11 significant bits) and back, rounded to nearest, ties to even. */
export function toHalf(value: number): number {
  const size = Math.abs(value);
  if (!(size < 65_520)) return size > 0 ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  return nearest(value / step) * step;
}

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The upper 16 bits of a float32, rounded (BF16). */
function toBrainFloat(value: number): number {
  single[0] = value;
  const all = bits[0] as number;
  bits[0] = Number.isNaN(value) ? all | 0x400000 : (all + 0x7fff + ((all >>> 16) & 1)) & 0xffff0000;
  return single[0] as number;
}

function inBlocks(values: Float32Array, length: number, round: (block: Float32Array) => void): Float32Array {
  const rounded = values.slice();
  for (let at = 0; at < rounded.length; at += length) round(rounded.subarray(at, at + length));
  return rounded;
}

/** Q8_0: 32 numbers with their scale in half precision. */
function blockOf32(block: Float32Array): void {
  const most = largest(block);
  const scale = toHalf(Math.fround(Math.abs(most) / 127));
  const inverse = most === 0 ? 0 : Math.fround(127 / Math.abs(most));
  for (let i = 0; i < block.length; i++) block[i] = nearest(Math.fround((block[i] as number) * inverse)) * scale;
}

/** Q8_K: 256 numbers with their scale in float32; the number furthest from zero becomes −127. */
function blockOf256(block: Float32Array): void {
  const most = largest(block);
  const inverse = most === 0 ? 0 : Math.fround(-127 / most);
  const scale = most === 0 ? 0 : Math.fround(1 / inverse);
  for (let i = 0; i < block.length; i++) {
    block[i] = Math.min(127, nearest(Math.fround((block[i] as number) * inverse))) * scale;
  }
}

/** The number that is furthest from zero, with its sign. */
function largest(block: Float32Array): number {
  let most = 0;
  for (const value of block) if (Math.abs(value) > Math.abs(most)) most = value;
  return most;
}

/** The nearest integer, ties to even: a float64 as large as 1.5 × 2^52 has no bits left for a fraction. */
function nearest(value: number): number {
  return value + 6_755_399_441_055_744 - 6_755_399_441_055_744;
}
