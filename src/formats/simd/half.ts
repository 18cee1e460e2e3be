/** Half-precision floats as float32 without a table: see ../half.ts for what must come out. */

/** 2^112: the distance between the biases of the exponents. */
const REBIAS: u32 = 0x77800000;

/** The float32 of a half, for scales. */
export function half(at: usize): f32 {
  return f32x4.extract_lane(halves(i32x4.splat(<i32>load<u16>(at))), 0);
}

/**
 * Converts four halves in the low 16 bits of each lane. The shifted bits are a float32 that is too small by a factor of 2^112, also for
 * subnormals, so one multiplication corrects everything except infinities and NaNs.
 */
export function halves(bits: v128): v128 {
  const magnitude = v128.shl<i32>(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const sign = v128.shl<i32>(v128.and(bits, i32x4.splat(0x8000)), 16);
  const value = v128.mul<f32>(magnitude, f32x4.splat(reinterpret<f32>(REBIAS)));
  const special = v128.gt<i32>(magnitude, i32x4.splat(0x0f7fffff));
  const nan = v128.gt<i32>(magnitude, i32x4.splat(0x0f800000));
  const exponent = v128.and(special, i32x4.splat(0x7f800000));
  const quiet = v128.and(nan, i32x4.splat(0x00400000));
  return v128.or(v128.or(value, sign), v128.or(exponent, quiet));
}
