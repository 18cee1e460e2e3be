/**
 * TQ1_0, TQ2_0, Q2_0 and Q1_0: formats with few levels, for models whose weights are -1, 0 and 1 (or -1 and 1) times a scale.
 *
 * | type | numbers | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- | --- |
 * | TQ1_0 | 256 | 0 | 48 | five q to a byte, in base 3 | d × (q - 1) |
 * | | | 48 | 4 | four q to a byte, in base 3 | |
 * | | | 52 | 2 | d, half: the scale | |
 * | TQ2_0 | 256 | 0 | 64 | q, 2 bits each | d × (q - 1) |
 * | | | 64 | 2 | d, half: the scale | |
 * | Q2_0 | 64 | 0 | 2 | d, half: the scale | d × (q - 1) |
 * | | | 2 | 16 | q, 2 bits each, four in a row to a byte | |
 * | Q1_0 | 128 | 0 | 2 | d, half: the scale | d where q is 1, -d where it is 0 |
 * | | | 2 | 16 | q, 1 bit each, eight in a row to a byte | |
 *
 * A byte of TQ1_0, divided by 256, is a fraction whose base-3 digits are the q: multiplied by 3^n, its highest digit is digit n. Bytes 0 to
 * 31 hold the numbers 0 to 159, digit by digit, bytes 32 to 47 the numbers 160 to 239, and the last four bytes the rest. TQ2_0 stores its
 * numbers in the order of Q2_K.
 */

import { type BlockFormat, d, packed, quants } from './block-format.js';
import { byteOrder, type KernelMaker } from './byte-order.js';
import { planesOfTwo, rowOfBits } from './unpack-quants.js';

/** The runs of bytes of TQ1_0: their offset, their length, and how many digits of each byte are used. */
const RUNS = [
  { offset: 0, bytes: 32, digits: 5 },
  { offset: 32, bytes: 16, digits: 5 },
  { offset: 48, bytes: 4, digits: 4 },
] as const;

const tq1_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 54) {
      const d = half(bytes, from + 52);
      for (const { offset, bytes: count, digits } of RUNS) {
        for (let digit = 0, power = 1; digit < digits; digit++, power *= 3) {
          for (let j = 0; j < count; j++) {
            into[at++] = d * (digitOf(bytes[from + offset + j] as number, power) - 1);
          }
        }
      }
    }
  };

/** The base-3 digit, 0 to 2, that becomes the highest when a byte of TQ1_0 is multiplied by a power of 3. */
function digitOf(byte: number, power: number): number {
  return (((byte * power) & 255) * 3) >> 8;
}

const tq2_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 66, at += 256) {
      const d = half(bytes, from + 64);
      for (let run = 0; run < 8; run++) {
        const quants = from + (run >> 2) * 32;
        const shift = (run & 3) * 2;
        const target = at + run * 32;
        for (let j = 0; j < 32; j++) into[target + j] = d * ((((bytes[quants + j] as number) >> shift) & 3) - 1);
      }
    }
  };

const q2_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 64) {
      const d = half(bytes, from);
      for (let i = 0; i < 64; i++) {
        into[at + i] = d * ((((bytes[from + 2 + (i >> 2)] as number) >> ((i & 3) * 2)) & 3) - 1);
      }
    }
  };

const q1_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 18, at += 128) {
      const d = half(bytes, from);
      for (let i = 0; i < 128; i++) {
        into[at + i] = d * (2 * (((bytes[from + 2 + (i >> 3)] as number) >> (i & 7)) & 1) - 1);
      }
    }
  };

const formula = 'd × (q − 1)';

export const TQ1_0: BlockFormat = {
  dequantize: tq1_0,
  fields: [
    packed('q', 48, 'five quants in a byte, in base 3'),
    packed('q last', 4, 'four quants in a byte, in base 3'),
    d,
  ],
  parts: { formula, of: (b, { half }) => ({ d: [half(b, 52)], q: quantsOfTQ1(b) }) },
};

/** The digits, obtained by dequantizing the block with a scale of 1. */
function quantsOfTQ1(b: Uint8Array): number[] {
  const block = new Uint8Array(b);
  block.set([0x00, 0x3c], 52);
  const values = new Float32Array(256);
  tq1_0(byteOrder(true))(block, 0, 1, values, 0);
  return Array.from(values, (value) => value + 1);
}

export const TQ2_0: BlockFormat = {
  dequantize: tq2_0,
  fields: [quants(2, 64), d],
  parts: { formula, of: (b, { half }) => ({ d: [half(b, 64)], q: planesOfTwo(b, 0) }) },
};

export const Q2_0: BlockFormat = {
  dequantize: q2_0,
  fields: [d, quants(2, 16)],
  parts: { formula, of: (b, { half }) => ({ d: [half(b, 0)], q: rowOfBits(b, 2, 64, 2) }) },
};

export const Q1_0: BlockFormat = {
  dequantize: q1_0,
  fields: [d, quants(1, 16)],
  parts: { formula: 'd × (2 × q − 1)', of: (b, { half }) => ({ d: [half(b, 0)], q: rowOfBits(b, 2, 128, 1) }) },
};
