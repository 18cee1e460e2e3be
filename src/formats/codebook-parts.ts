/**
 * The parts of a block (block-parts.ts) for the formats with codebooks. Their vectors, signs and shifts included, are what the kernel
 * gives for the same block with a d of 1, over the scale of the group: small numbers, so nothing is rounded.
 */

import type { Parts, PartsRow } from './block-parts.js';
import type { ByteOrder, KernelMaker } from './byte-order.js';
import { groupScaleOfIQ1M, iq1_m, iq1_s, scaleOfIQ1M } from './iq1.js';
import { groupScaleOfIQ2, iq2_s, iq2_xs, iq2_xxs } from './iq2.js';
import { groupScaleOfIQ3S, iq3_s, iq3_xxs } from './iq3.js';

type ScaleOf = (bytes: Uint8Array, order: ByteOrder, group: number) => number;

interface CodebookRow {
  formula: string;
  kernel: KernelMaker;
  groups: number;
  scale: ScaleOf;
  /** What stands in the formula for a scale s. */
  factor: (s: number) => number;
}

const eighths = { formula: 'd × (s + 0.5) / 4 × v', factor: (s: number) => (s + 0.5) / 4 };
const odd = { formula: 'd × (2 × s + 1) × v', factor: (s: number) => 2 * s + 1 };

const ROWS: Readonly<Record<string, CodebookRow>> = {
  IQ2_XXS: { ...eighths, kernel: iq2_xxs, groups: 8, scale: (b, { u32 }, g) => u32(b, 6 + 8 * g) >>> 28 },
  IQ2_XS: { ...eighths, kernel: iq2_xs, groups: 16, scale: (b, _, g) => groupScaleOfIQ2(b, 66, g) },
  IQ2_S: { ...eighths, kernel: iq2_s, groups: 16, scale: (b, _, g) => groupScaleOfIQ2(b, 74, g) },
  IQ3_XXS: {
    formula: 'd × (s + 0.5) / 2 × v',
    factor: (s) => (s + 0.5) / 2,
    ...{ kernel: iq3_xxs, groups: 8, scale: (b, { u32 }, g) => u32(b, 66 + 4 * g) >>> 28 },
  },
  IQ3_S: { ...odd, kernel: iq3_s, groups: 8, scale: (b, _, g) => groupScaleOfIQ3S(b, 0, g) },
  IQ1_S: { ...odd, kernel: iq1_s, groups: 8, scale: (b, { u16 }, g) => (u16(b, 34 + 2 * g) >> 12) & 7 },
  IQ1_M: { ...odd, kernel: iq1_m, groups: 16, scale: (b, order, g) => groupScaleOfIQ1M(b, 0, order, g) },
};

/** A row for each of these formats. */
export const CODEBOOK_PARTS: Readonly<Record<string, PartsRow>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, row]) => [
    name,
    { formula: row.formula, parts: (bytes, order) => partsOf(name, row, bytes, order) } satisfies PartsRow,
  ]),
);

function partsOf(name: string, row: CodebookRow, bytes: Uint8Array, order: ByteOrder): Parts {
  const { kernel, groups, scale, factor } = row;
  const s = Array.from({ length: groups }, (_, group) => scale(bytes, order, group));
  const values = new Float32Array(256);
  kernel(order)(withScaleOne(name, bytes, order.littleEndian), 0, 1, values, 0);
  const v = Array.from(values, (value, i) => value / factor(s[Math.floor((i * groups) / 256)] as number));
  return { d: [name === 'IQ1_M' ? scaleOfIQ1M(bytes, 0, order) : order.half(bytes, 0)], s, v };
}

/** The half 0x3c00 is 1. */
function withScaleOne(name: string, bytes: Uint8Array, littleEndian: boolean): Uint8Array {
  const block = new Uint8Array(bytes);
  if (name !== 'IQ1_M') {
    block.set(littleEndian ? [0x00, 0x3c] : [0x3c, 0x00]);
    return block;
  }
  for (const [word, bits] of [0x0, 0x0, 0xc, 0x3].entries()) {
    const top = 48 + 2 * word + (littleEndian ? 1 : 0);
    block[top] = ((block[top] as number) & 15) | (bits << 4);
  }
  return block;
}
