/**
 * Finds blocks whose scale is useless: 0 makes all their numbers equal, NaN and infinity make them meaningless. It reads only the scales,
 * so it is cheap compared with reading the numbers.
 */

import { type BlockField, UNIT_BYTES } from './block-format.js';
import { blockFormat } from './block-formats.js';
import { byteOrder } from './byte-order.js';
import type { TensorType } from './tensor-types.js';

/** Number of blocks of each kind. A block with a valid scale and a NaN minimum counts as NaN; a minimum of 0 is normal. */
export interface ScaleCounts {
  zero: number;
  nan: number;
  infinite: number;
}

/** Adds `blocks` blocks from byte `from` on to the counts. */
export type CountScales = (bytes: Uint8Array, from: number, blocks: number, counts: ScaleCounts) => void;

/**
 * The counter for a type; undefined for types without block scales. A code that the format defines as NaN counts as NaN even if ggml reads
 * it as a number (255 in MXFP4, 127 in NVFP4).
 */
export function scaleCounter(type: TensorType, littleEndian: boolean): CountScales | undefined {
  const { scale, minimum } = scaleFields(blockFormat(type)?.fields ?? []);
  if (scale === undefined) return undefined;
  const { field, offset } = scale;
  const stride = type.blockBytes;
  if (field.scale !== undefined) return countFloats(stride, field.scale, littleEndian);
  if (field.unit === 'float')
    return countFloats(stride, (bytes, at, { float }) => float(bytes, at + offset), littleEndian);
  if (field.unit === 'e8m0') return countE8M0(stride, offset);
  if (field.unit === 'ue4m3') return countUE4M3(stride, offset, field.count);
  return countHalves(stride, offset, minimum?.offset, littleEndian);
}

interface PlacedField {
  field: BlockField;
  /** Offset from the start of the block. */
  offset: number;
}

function scaleFields(fields: readonly BlockField[]): { scale?: PlacedField; minimum?: PlacedField } {
  const found: { scale?: PlacedField; minimum?: PlacedField } = {};
  let offset = 0;
  for (const field of fields) {
    if (field.role !== undefined) found[field.role] = { field, offset };
    offset += field.count * UNIT_BYTES[field.unit];
  }
  return found;
}

/** Looks only at the bits: an exponent of all ones is an infinity, or NaN if the fraction is not 0. */
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

function countFloats(stride: number, scaleOf: NonNullable<BlockField['scale']>, littleEndian: boolean): CountScales {
  const order = byteOrder(littleEndian);
  return (bytes, from, blocks, counts) => {
    for (let block = 0; block < blocks; block++) {
      const scale = scaleOf(bytes, from + block * stride, order);
      if (Number.isNaN(scale)) counts.nan++;
      else if (!Number.isFinite(scale)) counts.infinite++;
      else if (scale === 0) counts.zero++;
    }
  };
}

function countE8M0(stride: number, offset: number): CountScales {
  return (bytes, from, blocks, counts) => {
    for (let block = 0; block < blocks; block++) if (bytes[from + block * stride + offset] === 255) counts.nan++;
  };
}

function countUE4M3(stride: number, offset: number, count: number): CountScales {
  return (bytes, from, blocks, counts) => {
    for (let block = 0; block < blocks; block++) {
      const at = from + block * stride + offset;
      const scales = bytes.subarray(at, at + count);
      if (scales.includes(127)) counts.nan++;
      else if (scales.every((scale) => (scale & 127) === 0)) counts.zero++;
    }
  };
}
