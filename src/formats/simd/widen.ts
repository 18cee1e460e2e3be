/** What the kernels of quantized formats have in common: sixteen quants in bytes become sixteen numbers. */

/** Stores scale × q for sixteen signed bytes. */
export function scaled(quants: v128, scale: v128, into: usize): void {
  const low = i16x8.extend_low_i8x16_s(quants);
  const high = i16x8.extend_high_i8x16_s(quants);
  v128.store(into, times(i32x4.extend_low_i16x8_s(low), scale));
  v128.store(into, times(i32x4.extend_high_i16x8_s(low), scale), 16);
  v128.store(into, times(i32x4.extend_low_i16x8_s(high), scale), 32);
  v128.store(into, times(i32x4.extend_high_i16x8_s(high), scale), 48);
}

/** Stores scale × q - minimum for sixteen bytes; the product is rounded before the difference is. */
export function scaledFrom(quants: v128, scale: v128, minimum: v128, into: usize): void {
  const low = i16x8.extend_low_i8x16_s(quants);
  const high = i16x8.extend_high_i8x16_s(quants);
  v128.store(into, v128.sub<f32>(times(i32x4.extend_low_i16x8_s(low), scale), minimum));
  v128.store(into, v128.sub<f32>(times(i32x4.extend_high_i16x8_s(low), scale), minimum), 16);
  v128.store(into, v128.sub<f32>(times(i32x4.extend_low_i16x8_s(high), scale), minimum), 32);
  v128.store(into, v128.sub<f32>(times(i32x4.extend_high_i16x8_s(high), scale), minimum), 48);
}

function times(quants: v128, scale: v128): v128 {
  return v128.mul<f32>(f32x4.convert_i32x4_s(quants), scale);
}

/** The low four bits of each byte. */
export function lowHalves(bytes: v128): v128 {
  return v128.and(bytes, i8x16.splat(15));
}

/** The high four bits of each byte. */
export function highHalves(bytes: v128): v128 {
  return v128.shr<u8>(bytes, 4);
}
