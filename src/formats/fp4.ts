/**
 * MXFP4 and NVFP4: floats of 4 bits (E2M1: sign, 2 bits exponent, 1 bit fraction) with an 8-bit scale for each group.
 *
 * | type | numbers | offset | bytes | field |
 * | --- | --- | --- | --- | --- |
 * | MXFP4 | 32 | 0 | 1 | e: the scale 2^(e - 127) (E8M0 of the OCP Microscaling specification) |
 * | | | 1 | 16 | 4 bits each, halves of bytes as in Q4_0 |
 * | NVFP4 | 64 | 0 | 4 | the scales of 4 groups of 16, floats without a sign (UE4M3, bias 7) |
 * | | | 4 | 32 | 4 bits each; group g has bytes 8g to 8g + 7, as in Q4_0 |
 *
 * A number is scale × value. As in ggml, the table holds twice the values, so that they are integers, and the scales are halved.
 */

import { type BlockFormat, d, list, type Parts, quants } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { floatOf } from './byte-order.js';
import { halves } from './unpack-quants.js';

/** Twice the values of E2M1: sign, 2 bits exponent, 1 bit fraction (ggml's `kvalues_fp4`). */
export const FP4_VALUES = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

const mxfp4: KernelMaker = () => (bytes, from, blocks, into, at) => {
  for (let block = 0; block < blocks; block++, from += 17, at += 32) {
    group(bytes, from + 1, 16, halfOfE8M0(bytes[from] as number), into, at);
  }
};

const nvfp4: KernelMaker = () => (bytes, from, blocks, into, at) => {
  for (let block = 0; block < blocks; block++, from += 36, at += 64) {
    for (let g = 0; g < 4; g++) {
      group(bytes, from + 4 + g * 8, 8, halfOfUE4M3(bytes[from + g] as number), into, at + g * 16);
    }
  }
};

/** Dequantizes `count` bytes: first the numbers in their low halves, then those in their high halves. */
function group(bytes: Uint8Array, from: number, count: number, d: number, into: Float32Array, at: number): void {
  for (let j = 0; j < count; j++) {
    const pair = bytes[from + j] as number;
    into[at + j] = d * (FP4_VALUES[pair & 15] as number);
    into[at + count + j] = d * (FP4_VALUES[pair >> 4] as number);
  }
}

/** Half of an MXFP4 scale, 2^(e - 128). 255 means NaN in the specification; like ggml, this reads it as 2^127. */
export function halfOfE8M0(e: number): number {
  // The two smallest are subnormal in float32.
  return floatOf(e < 2 ? 0x200000 << e : (e - 1) << 23);
}

/** Half of an NVFP4 scale: 4 exponent bits, 3 fraction bits. 127 means NaN in the format; like ggml, this reads it as 0. */
export function halfOfUE4M3(code: number): number {
  if (code === 0 || code === 127) return 0;
  const exponent = (code >> 3) & 15;
  const fraction = code & 7;
  return exponent === 0 ? fraction * 2 ** -10 : (1 + fraction / 8) * 2 ** (exponent - 8);
}

const formula = 'd × v';

export const MXFP4: BlockFormat = {
  dequantize: mxfp4,
  fields: [{ ...d, unit: 'e8m0' }, quants(4, 16)],
  parts: { formula, of: (b) => ({ d: [2 * halfOfE8M0(b[0] as number)], ...floatsOf(halves(b, 1, 32)) }) },
};

export const NVFP4: BlockFormat = {
  dequantize: nvfp4,
  fields: [{ ...d, unit: 'ue4m3', count: 4, meaning: 'scales of 4 groups of 16 numbers' }, quants(4, 32)],
  parts: {
    formula,
    of: (b) => ({ d: list(4, (g) => 2 * halfOfUE4M3(b[g] as number)), ...floatsOf(halves(b, 4, 64, 8)) }),
  },
};

function floatsOf(q: readonly number[]): Parts {
  return { q, v: q.map((code) => (FP4_VALUES[code] as number) / 2) };
}
