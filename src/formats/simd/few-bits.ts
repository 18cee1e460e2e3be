/** Q2_K and Q3_K: see ../q2-q3-k.ts. */

import { half } from './half.js';
import { scaled, scaledFrom } from './widen.js';

export function q2_k(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 84;
  for (; from < end; from += 84) {
    const d = half(from + 80);
    const dmin = half(from + 82);
    for (let group = 0; group < 16; group++, into += 64) {
      const both = <i32>load<u8>(from + <usize>group);
      const scale = f32x4.splat(d * <f32>(both & 15));
      const minimum = f32x4.splat(dmin * <f32>(both >> 4));
      scaledFrom(twoBits(from + 16, group), scale, minimum, into);
    }
  }
}

export function q3_k(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 110;
  for (; from < end; from += 110) {
    const d = half(from + 108);
    for (let group = 0; group < 16; group++, into += 64) {
      const third = v128.shr<u8>(v128.load(from + <usize>((group & 1) << 4)), group >> 1);
      const quants = v128.or(twoBits(from + 32, group), v128.shl<i8>(v128.and(third, i8x16.splat(1)), 2));
      const scale = f32x4.splat(d * <f32>(scaleOf(from + 96, group) - 32));
      scaled(v128.sub<i8>(quants, i8x16.splat(4)), scale, into);
    }
  }
}

/** The lower two bits of the quants of a group of sixteen. */
function twoBits(quants: usize, group: i32): v128 {
  const bytes = v128.load(quants + <usize>(((group >> 3) << 5) + ((group & 1) << 4)));
  return v128.and(v128.shr<u8>(bytes, ((group >> 1) & 3) << 1), i8x16.splat(3));
}

/** The scale of a group of Q3_K, 0 to 63. */
function scaleOf(at: usize, group: i32): i32 {
  const low = (<i32>load<u8>(at + <usize>(group & 7)) >> (group < 8 ? 0 : 4)) & 15;
  const high = (<i32>load<u8>(at + <usize>(group & 3), 8) >> (2 * (group >> 2))) & 3;
  return low | (high << 4);
}
