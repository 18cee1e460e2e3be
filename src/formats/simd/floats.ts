/** F32, F16 and BF16: see ../plain-numbers.ts. */

import { halves } from './half.js';

export function f32(from: usize, blocks: i32, into: usize): void {
  memory.copy(into, from, (<usize>blocks) << 2);
}

export function f16(from: usize, blocks: i32, into: usize): void {
  const fours = into + ((<usize>(blocks & ~3)) << 2);
  for (; into < fours; into += 16, from += 8) v128.store(into, halves(v128.load_ext<u16>(from)));
  const end = into + ((<usize>(blocks & 3)) << 2);
  for (; into < end; into += 4, from += 2) {
    v128.store_lane<u32>(into, halves(i32x4.splat(<i32>load<u16>(from))), 0);
  }
}

export function bf16(from: usize, blocks: i32, into: usize): void {
  const fours = into + ((<usize>(blocks & ~3)) << 2);
  for (; into < fours; into += 16, from += 8) v128.store(into, v128.shl<i32>(v128.load_ext<u16>(from), 16));
  const end = into + ((<usize>(blocks & 3)) << 2);
  for (; into < end; into += 4, from += 2) store<u32>(into, (<u32>load<u16>(from)) << 16);
}
