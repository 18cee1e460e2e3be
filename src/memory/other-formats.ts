/** The guide's size table for this model: its size in the usual file types, by the rules of llama.cpp's quantizer, and its current size. */

import { kindOf } from '../model/kind.js';
import { mainType, readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { bytesAs } from './file-type-sizes.js';

/** The file types of the guide's table, largest first. */
const FILE_TYPES = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'] as const;

export interface OtherFormat {
  /** Name of the file type. For this file: its label, or the type that most of its bytes have. */
  fileType: string;
  /** Bytes of all tensors. */
  bytes: number;
  bitsPerWeight: number;
  /** Whether this is the file's own type; then the size is its actual size. */
  current: boolean;
}

/** From largest to smallest. File types that the quantizer would refuse for this model are omitted; empty if nothing is stored. */
export function inOtherFormats(model: Model): OtherFormat[] {
  const { bytes, bitsPerWeight, parameters } = sumTotals(model.tensors);
  if (parameters === 0 || bitsPerWeight === null || kindOf(model) !== 'model') return [];
  const own = readLabel(model)?.fileType?.name ?? mainType(model.tensors)?.type;
  const others = FILE_TYPES.filter((name) => name !== own).flatMap((fileType): OtherFormat[] => {
    const size = bytesAs(model, fileType);
    return size === null ? [] : [{ fileType, bytes: size, bitsPerWeight: (size * 8) / parameters, current: false }];
  });
  const all = own === undefined ? others : [...others, { fileType: own, bytes, bitsPerWeight, current: true }];
  return all.sort((a, b) => b.bytes - a.bytes);
}
