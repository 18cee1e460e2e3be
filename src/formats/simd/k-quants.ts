/** Q4_K, Q5_K and Q6_K: see ../q4-k.ts and ../q6-k.ts. */

import { half } from './half.js';
import { highHalves, lowHalves, scaled, scaledFrom } from './widen.js';

/** The 6-bit scale of a group; `at` is where the twelve bytes begin. */
function scaleOf(at: usize, group: i32): i32 {
  const near = at + <usize>group;
  if (group < 4) return <i32>load<u8>(near) & 63;
  return (<i32>load<u8>(near, 4) & 15) | ((<i32>load<u8>(near - 4) >> 6) << 4);
}

/** Its 6-bit minimum. */
function minimumOf(at: usize, group: i32): i32 {
  const near = at + <usize>group;
  if (group < 4) return <i32>load<u8>(near, 4) & 63;
  return (<i32>load<u8>(near, 4) >> 4) | ((<i32>load<u8>(near) >> 6) << 4);
}

export function q4_k(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 144;
  for (; from < end; from += 144) {
    const d = half(from);
    const dmin = half(from + 2);
    for (let group = 0; group < 8; group += 2, into += 256) {
      const quants = from + 16 + <usize>group * 16;
      const first = v128.load(quants);
      const second = v128.load(quants, 16);
      let scale = f32x4.splat(d * <f32>scaleOf(from + 4, group));
      let minimum = f32x4.splat(dmin * <f32>minimumOf(from + 4, group));
      scaledFrom(lowHalves(first), scale, minimum, into);
      scaledFrom(lowHalves(second), scale, minimum, into + 64);
      scale = f32x4.splat(d * <f32>scaleOf(from + 4, group + 1));
      minimum = f32x4.splat(dmin * <f32>minimumOf(from + 4, group + 1));
      scaledFrom(highHalves(first), scale, minimum, into + 128);
      scaledFrom(highHalves(second), scale, minimum, into + 192);
    }
  }
}

export function q5_k(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 176;
  for (; from < end; from += 176) {
    const d = half(from);
    const dmin = half(from + 2);
    let fifth1 = v128.load(from, 16);
    let fifth2 = v128.load(from, 32);
    for (let group = 0; group < 8; group += 2, into += 256) {
      const quants = from + 48 + <usize>group * 16;
      const first = v128.load(quants);
      const second = v128.load(quants, 16);
      let scale = f32x4.splat(d * <f32>scaleOf(from + 4, group));
      let minimum = f32x4.splat(dmin * <f32>minimumOf(from + 4, group));
      scaledFrom(v128.or(lowHalves(first), lowestBit(fifth1)), scale, minimum, into);
      scaledFrom(v128.or(lowHalves(second), lowestBit(fifth2)), scale, minimum, into + 64);
      fifth1 = v128.shr<u8>(fifth1, 1);
      fifth2 = v128.shr<u8>(fifth2, 1);
      scale = f32x4.splat(d * <f32>scaleOf(from + 4, group + 1));
      minimum = f32x4.splat(dmin * <f32>minimumOf(from + 4, group + 1));
      scaledFrom(v128.or(highHalves(first), lowestBit(fifth1)), scale, minimum, into + 128);
      scaledFrom(v128.or(highHalves(second), lowestBit(fifth2)), scale, minimum, into + 192);
      fifth1 = v128.shr<u8>(fifth1, 1);
      fifth2 = v128.shr<u8>(fifth2, 1);
    }
  }
}

/** 16 where the lowest bit of a byte is set. */
function lowestBit(bytes: v128): v128 {
  return v128.shl<i8>(v128.and(bytes, i8x16.splat(1)), 4);
}

export function q6_k(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 210;
  for (; from < end; from += 210) {
    const d = half(from + 208);
    for (let side: usize = 0; side < 2; side++, into += 512) {
      const scales = from + 192 + side * 8;
      // Two columns of 16 bytes; of each the four runs.
      for (let column: usize = 0; column < 2; column++) {
        const lower = from + side * 64 + column * 16;
        const lower1 = v128.load(lower);
        const lower2 = v128.load(lower, 32);
        const upper = v128.load(from + 128 + side * 32 + column * 16);
        const at = into + column * 64;
        run(lowHalves(lower1), v128.shl<i8>(upper, 4), d, scales + column, at);
        run(lowHalves(lower2), v128.shl<i8>(upper, 2), d, scales + column + 2, at + 128);
        run(highHalves(lower1), upper, d, scales + column + 4, at + 256);
        run(highHalves(lower2), v128.shr<u8>(upper, 2), d, scales + column + 6, at + 384);
      }
    }
  }
}

/** Sixteen numbers of Q6_K; `upper` has their two upper bits in bits 4 and 5. */
function run(lower: v128, upper: v128, d: f32, scale: usize, into: usize): void {
  const quants = v128.or(lower, v128.and(upper, i8x16.splat(0x30)));
  scaled(v128.sub<i8>(quants, i8x16.splat(32)), f32x4.splat(d * <f32>load<i8>(scale)), into);
}
