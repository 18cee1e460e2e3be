/** MXFP4, IQ4_NL and IQ4_XS, whose four bits choose a level from a table: see ../fp4.ts and ../iq4.ts. */

import { half } from './half.js';
import { highHalves, lowHalves, scaled } from './widen.js';

export function iq4_nl(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 18;
  for (; from < end; from += 18, into += 128) both(from + 2, iq4Levels(), half(from), into);
}

export function iq4_xs(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 136;
  const levels = iq4Levels();
  for (; from < end; from += 136) {
    const d = half(from);
    const upper = <i32>load<u16>(from, 2);
    for (let group = 0; group < 8; group++, into += 128) {
      const lower = (<i32>load<u8>(from + <usize>(group >> 1), 4) >> (4 * (group & 1))) & 15;
      const scale = (lower | (((upper >> (2 * group)) & 3) << 4)) - 32;
      both(from + 8 + <usize>group * 16, levels, d * <f32>scale, into);
    }
  }
}

export function mxfp4(from: usize, blocks: i32, into: usize): void {
  const end = from + <usize>blocks * 17;
  const levels = i8x16(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
  for (; from < end; from += 17, into += 128) {
    const e = <u32>load<u8>(from);
    const scale = reinterpret<f32>(e < 2 ? (<u32>0x200000) << e : (e - 1) << 23);
    both(from + 1, levels, scale, into);
  }
}

function iq4Levels(): v128 {
  return i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
}

/** 32 numbers from 16 bytes: the low halves, then the high ones. */
function both(quants: usize, levels: v128, scale: f32, into: usize): void {
  const pairs = v128.load(quants);
  const d = f32x4.splat(scale);
  scaled(v128.swizzle(levels, lowHalves(pairs)), d, into);
  scaled(v128.swizzle(levels, highHalves(pairs)), d, into + 64);
}
