/** Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0: see ../q4-q5.ts and ../q8.ts. */

import { half } from './half.js';
import { highHalves, lowHalves, scaled, scaledFrom } from './widen.js';

export function q8_0(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 34;
  for (; from < end; from += 34, into += 128) {
    const d = f32x4.splat(half(from));
    scaled(v128.load(from, 2), d, into);
    scaled(v128.load(from, 18), d, into + 64);
  }
}

export function q4_0(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 18;
  const middle = i8x16.splat(8);
  for (; from < end; from += 18, into += 128) {
    const d = f32x4.splat(half(from));
    const pairs = v128.load(from, 2);
    scaled(v128.sub<i8>(lowHalves(pairs), middle), d, into);
    scaled(v128.sub<i8>(highHalves(pairs), middle), d, into + 64);
  }
}

export function q5_0(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 22;
  const middle = i8x16.splat(16);
  for (; from < end; from += 22, into += 128) {
    const d = f32x4.splat(half(from));
    const pairs = v128.load(from, 6);
    const fifth = load<u32>(from, 2);
    scaled(v128.sub<i8>(v128.or(lowHalves(pairs), sixteens(fifth & 0xffff)), middle), d, into);
    scaled(v128.sub<i8>(v128.or(highHalves(pairs), sixteens(fifth >> 16)), middle), d, into + 64);
  }
}

export function q4_1(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 20;
  for (; from < end; from += 20, into += 128) {
    const d = f32x4.splat(half(from));
    // Taking off the opposite is adding.
    const minimum = v128.neg<f32>(f32x4.splat(half(from + 2)));
    const pairs = v128.load(from, 4);
    scaledFrom(lowHalves(pairs), d, minimum, into);
    scaledFrom(highHalves(pairs), d, minimum, into + 64);
  }
}

export function q5_1(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 24;
  for (; from < end; from += 24, into += 128) {
    const d = f32x4.splat(half(from));
    const minimum = v128.neg<f32>(f32x4.splat(half(from + 2)));
    const pairs = v128.load(from, 8);
    const fifth = load<u32>(from, 4);
    scaledFrom(v128.or(lowHalves(pairs), sixteens(fifth & 0xffff)), d, minimum, into);
    scaledFrom(v128.or(highHalves(pairs), sixteens(fifth >> 16)), d, minimum, into + 64);
  }
}

/** Sixteen bits as sixteen bytes, 16 where the bit is set. */
function sixteens(bits: u32): v128 {
  const spread = v128.shuffle<u8>(
    i16x8.splat(<i16>bits),
    i16x8.splat(0),
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
  );
  const own = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return v128.and(v128.eq<i8>(v128.and(spread, own), own), i8x16.splat(16));
}
