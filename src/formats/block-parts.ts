/**
 * What the bytes of a block mean before it is computed with: its scales, minimums and quants as lists, and the formula that makes a
 * number of them. A list that is shorter than the block holds one item for each of so many groups of equal size: of 8 scales in a
 * block of 256 the first is that of the numbers 0 to 31.
 */

import { type ByteOrder, byteOrder } from './byte-order.js';
import { halfOfE8M0, halfOfUE4M3 } from './fp4.js';
import { scaleOfIQ4XS } from './iq4.js';
import { scaleOfQ3K } from './q3-k.js';
import { minimumOfQ4K, scaleOfQ4K } from './q4-k.js';
import { tq1_0 } from './ternary.js';
import { halves, planesOfOne, planesOfTwo, quantsOfQ6K, rowOfBits, signedBytes, withHigh } from './unpack-quants.js';
import { FP4_VALUES, IQ4_VALUES } from './value-tables.js';

export type Parts = Readonly<Record<string, readonly number[]>>;

export interface PartsRow {
  /** With the names of the parts; `×`, `-`, `+`, `/` and brackets mean what they say. */
  formula: string;
  parts: (bytes: Uint8Array, order: ByteOrder) => Parts;
}

const of = (count: number, item: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => item(i));
const scaled = { formula: 'd × q' };
const kQuant = { formula: 'd × s × q - dmin × m' };
const ternary = { formula: 'd × (q - 1)' };

/** A row for each type that has blocks of several numbers, but for those with codebooks; the bytes begin with the block. */
export const PARTS: Readonly<Record<string, PartsRow>> = {
  Q4_0: { formula: 'd × (q - 8)', parts: (b, { half }) => ({ d: [half(b, 0)], q: halves(b, 2, 32) }) },
  Q4_1: {
    formula: 'd × q + m',
    parts: (b, { half }) => ({ d: [half(b, 0)], m: [half(b, 2)], q: halves(b, 4, 32) }),
  },
  Q5_0: {
    formula: 'd × (q - 16)',
    parts: (b, { half, u32 }) => ({ d: [half(b, 0)], q: fifth(halves(b, 6, 32), u32(b, 2)) }),
  },
  Q5_1: {
    formula: 'd × q + m',
    parts: (b, { half, u32 }) => ({ d: [half(b, 0)], m: [half(b, 2)], q: fifth(halves(b, 8, 32), u32(b, 4)) }),
  },
  Q8_0: { ...scaled, parts: (b, { half }) => ({ d: [half(b, 0)], q: signedBytes(b, 2, 32) }) },
  Q8_1: { ...scaled, parts: (b, { half }) => ({ d: [half(b, 0)], q: signedBytes(b, 4, 32) }) },
  Q8_K: { ...scaled, parts: (b, { float }) => ({ d: [float(b, 0)], q: signedBytes(b, 4, 256) }) },
  Q2_K: {
    ...kQuant,
    parts: (b, { half }) => ({
      ...{ d: [half(b, 80)], dmin: [half(b, 82)] },
      s: of(16, (g) => (b[g] as number) & 15),
      m: of(16, (g) => (b[g] as number) >> 4),
      q: planesOfTwo(b, 16),
    }),
  },
  Q3_K: {
    formula: 'd × (s - 32) × (q - 4)',
    parts: (b, { half }) => ({
      d: [half(b, 108)],
      s: of(16, (g) => scaleOfQ3K(b, 96, g)),
      q: withHigh(planesOfTwo(b, 32), planesOfOne(b, 0), 2),
    }),
  },
  Q4_K: { ...kQuant, parts: (b, order) => ({ ...scalesOfQ4K(b, order), q: halves(b, 16, 256, 32) }) },
  Q5_K: {
    ...kQuant,
    parts: (b, order) => ({ ...scalesOfQ4K(b, order), q: withHigh(halves(b, 48, 256, 32), planesOfOne(b, 16), 4) }),
  },
  Q6_K: {
    formula: 'd × s × (q - 32)',
    parts: (b, { half }) => ({ d: [half(b, 208)], s: signedBytes(b, 192, 16), q: quantsOfQ6K(b, 0) }),
  },
  IQ4_NL: {
    formula: 'd × level',
    parts: (b, { half }) => ({ d: [half(b, 0)], ...levels(halves(b, 2, 32)) }),
  },
  IQ4_XS: {
    formula: 'd × (s - 32) × level',
    parts: (b, order) => ({
      d: [order.half(b, 0)],
      s: of(8, (g) => scaleOfIQ4XS(b, 0, order, g)),
      ...levels(halves(b, 8, 256)),
    }),
  },
  TQ1_0: { ...ternary, parts: (b, { half }) => ({ d: [half(b, 52)], q: quantsOfTQ1(b) }) },
  TQ2_0: { ...ternary, parts: (b, { half }) => ({ d: [half(b, 64)], q: planesOfTwo(b, 0) }) },
  Q2_0: { ...ternary, parts: (b, { half }) => ({ d: [half(b, 0)], q: rowOfBits(b, 2, 64, 2) }) },
  Q1_0: { formula: 'd × (2 × q - 1)', parts: (b, { half }) => ({ d: [half(b, 0)], q: rowOfBits(b, 2, 128, 1) }) },
  MXFP4: {
    formula: 'd × v',
    parts: (b) => ({ d: [2 * halfOfE8M0(b[0] as number)], ...floatsOf(halves(b, 1, 32)) }),
  },
  NVFP4: {
    formula: 'd × v',
    parts: (b) => ({ d: of(4, (g) => 2 * halfOfUE4M3(b[g] as number)), ...floatsOf(halves(b, 4, 64, 8)) }),
  },
};

function fifth(low: readonly number[], word: number): number[] {
  return low.map((value, i) => value | (((word >>> i) & 1) << 4));
}

function scalesOfQ4K(b: Uint8Array, { half }: ByteOrder): Parts {
  return {
    ...{ d: [half(b, 0)], dmin: [half(b, 2)] },
    s: of(8, (g) => scaleOfQ4K(b, 4, g)),
    m: of(8, (g) => minimumOfQ4K(b, 4, g)),
  };
}

function levels(q: readonly number[]): Parts {
  return { q, level: q.map((index) => IQ4_VALUES[index] as number) };
}

function floatsOf(q: readonly number[]): Parts {
  return { q, v: q.map((code) => (FP4_VALUES[code] as number) / 2) };
}

/** The digits of TQ1_0, from the numbers that the block has with a scale of 1. */
function quantsOfTQ1(b: Uint8Array): number[] {
  const block = new Uint8Array(b);
  block.set([0x00, 0x3c], 52);
  const values = new Float32Array(256);
  tq1_0(byteOrder(true))(block, 0, 1, values, 0);
  return Array.from(values, (value) => value + 1);
}
