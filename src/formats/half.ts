/**
 * Converts half-precision floats (IEEE 754 binary16) to float32 with a table of all 65,536 values, which is built on first use. The
 * conversion is exact: subnormals become normal numbers, and a NaN keeps its payload and becomes quiet, as in ggml (`GGML_FP16_TO_FP32`)
 * and in CPUs.
 */

let bits: Uint32Array | undefined;
let values: Float32Array | undefined;

/** The float32 of each half, as bits: for kernels that must keep the payload of a NaN. */
export function halfBits(): Uint32Array {
  bits ??= allWidened();
  return bits;
}

/** A plain loop, because every check waits for this and a callback for each item takes ten times as long. */
function allWidened(): Uint32Array {
  const all = new Uint32Array(65_536);
  for (let half = 0; half < all.length; half++) all[half] = widened(half);
  return all;
}

/** The float32 of each half: the index is the half's 16 bits. */
export function halfValues(): Float32Array {
  values ??= new Float32Array(halfBits().buffer);
  return values;
}

/** Widens sign, exponent and fraction from 1, 5 (bias 15) and 10 bits to 1, 8 (bias 127) and 23. */
function widened(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return (sign | 0x7f800000 | (fraction === 0 ? 0 : 0x400000) | (fraction << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // A subnormal is fraction × 2^-24; its highest set bit becomes the implicit bit of a normal number.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
