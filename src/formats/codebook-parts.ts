/**
 * Shared by the formats with codebooks: their fields, and the parts of a block. The vectors, including signs and shifts, are obtained by
 * running the kernel on the block with d set to 1 and dividing by the group scale; these are small numbers, so nothing is rounded.
 */

import { type BlockField, type BlockParts, list, packed } from './block-format.js';
import type { ByteOrder, KernelMaker } from './byte-order.js';

interface Codebook {
  formula: string;
  kernel: KernelMaker;
  groups: number;
  /** The stored scale of a group. */
  groupScale: (bytes: Uint8Array, order: ByteOrder, group: number) => number;
  /** The factor in the formula for a scale s. */
  factor: (s: number) => number;
  /** Reads d, if it is not the half at the start of the block. */
  scale?: NonNullable<BlockField['scale']>;
  /** Sets d to 1. */
  setScaleToOne?: (block: Uint8Array, littleEndian: boolean) => void;
}

/** For blocks of 256 numbers. */
export function codebookParts(row: Codebook): BlockParts {
  const { formula, kernel, groups, groupScale, factor } = row;
  const { scale = (bytes, at, { half }) => half(bytes, at), setScaleToOne = setHalfToOne } = row;
  return {
    formula,
    of(bytes, order) {
      const s = list(groups, (group) => groupScale(bytes, order, group));
      const block = new Uint8Array(bytes);
      setScaleToOne(block, order.littleEndian);
      const values = new Float32Array(256);
      kernel(order)(block, 0, 1, values, 0);
      const v = Array.from(values, (value, i) => value / factor(s[Math.floor((i * groups) / 256)] as number));
      return { d: [scale(bytes, 0, order)], s, v };
    },
  };
}

/** The half 0x3c00 is 1. */
function setHalfToOne(block: Uint8Array, littleEndian: boolean): void {
  block.set(littleEndian ? [0x00, 0x3c] : [0x3c, 0x00]);
}

export const signs = packed('signs', 32, 'one bit for each number: whether it is negative');

export function indices(count: number): BlockField {
  return packed('index', count, 'the lower 8 bits of indices into the codebook');
}
