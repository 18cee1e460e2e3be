/**
 * Blocks whose scale is of no use: 0 makes all their numbers the same, NaN and infinity make them meaningless. It looks at the scales
 * alone, so it costs little beside the numbers.
 */

import { BLOCK_LAYOUTS, UNIT_BYTES } from './block-layouts.js';
import { byteOrder } from './byte-order.js';
import { scaleOfIQ1M } from './iq1.js';
import type { TensorType } from './tensor-types.js';

/** Blocks of each kind. One whose scale is sound and whose minimum is NaN counts as NaN; a minimum of 0 is nothing special. */
export interface ScaleCounts {
  zero: number;
  nan: number;
  infinite: number;
}

/** Adds the blocks that begin at `from` to the counts. */
export type CountScales = (bytes: Uint8Array, from: number, blocks: number, counts: ScaleCounts) => void;

/**
 * The counter of a type; undefined for one whose blocks have no scale. A code that its format defines as NaN counts as NaN even where
 * ggml reads it as a number (255 in MXFP4, 127 in NVFP4).
 */
export function scaleCounter(type: TensorType, littleEndian: boolean): CountScales | undefined {
  if (type.status !== 'current') return undefined;
  if (type.name === 'MXFP4') return countE8M0;
  if (type.name === 'NVFP4') return countUE4M3;
  if (type.name === 'IQ1_M' || type.name === 'Q8_K') return countFloats(type, littleEndian);
  const halves = halfFields(type.name);
  return halves.scale === undefined
    ? undefined
    : countHalves(type.blockBytes, halves.scale, halves.minimum, littleEndian);
}

/** Where a block has its scale and its minimum, if they are halves. */
function halfFields(name: string): { scale?: number; minimum?: number } {
  const found: { scale?: number; minimum?: number } = {};
  let offset = 0;
  for (const { unit, count, role } of BLOCK_LAYOUTS[name] ?? []) {
    if (role !== undefined && unit === 'half') found[role] = offset;
    offset += count * UNIT_BYTES[unit];
  }
  return found;
}

/** From the bits alone: an exponent of all ones is an infinity, or a NaN where the fraction is not 0. */
function countHalves(stride: number, scale: number, minimum: number | undefined, littleEndian: boolean): CountScales {
  const low = littleEndian ? 0 : 1;
  const high = littleEndian ? 1 : 0;
  return (bytes, from, blocks, counts) => {
    const end = from + blocks * stride;
    for (let at = from; at < end; at += stride) {
      const bits = ((bytes[at + scale + low] as number) | ((bytes[at + scale + high] as number) << 8)) & 0x7fff;
      const other =
        minimum === undefined
          ? 1
          : ((bytes[at + minimum + low] as number) | ((bytes[at + minimum + high] as number) << 8)) & 0x7fff;
      if (bits > 0x7c00 || other > 0x7c00) counts.nan++;
      else if (bits === 0x7c00 || other === 0x7c00) counts.infinite++;
      else if (bits === 0) counts.zero++;
    }
  };
}

function countFloats({ name, blockBytes }: TensorType, littleEndian: boolean): CountScales {
  const order = byteOrder(littleEndian);
  return (bytes, from, blocks, counts) => {
    for (let block = 0; block < blocks; block++) {
      const at = from + block * blockBytes;
      const scale = name === 'IQ1_M' ? scaleOfIQ1M(bytes, at, order) : order.float(bytes, at);
      if (Number.isNaN(scale)) counts.nan++;
      else if (!Number.isFinite(scale)) counts.infinite++;
      else if (scale === 0) counts.zero++;
    }
  };
}

const countE8M0: CountScales = (bytes, from, blocks, counts) => {
  for (let block = 0; block < blocks; block++) if (bytes[from + block * 17] === 255) counts.nan++;
};

const countUE4M3: CountScales = (bytes, from, blocks, counts) => {
  for (let block = 0; block < blocks; block++) {
    const scales = bytes.subarray(from + block * 36, from + block * 36 + 4);
    if (scales.includes(127)) counts.nan++;
    else if (scales.every((scale) => (scale & 127) === 0)) counts.zero++;
  }
};
