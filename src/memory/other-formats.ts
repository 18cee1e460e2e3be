/** The guide's table for this model: its size in the usual file types, by the rules of llama.cpp's quantizer, and the size that it has. */

import { kindOf } from '../model/kind.js';
import { mainType, readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { bytesAs } from './file-type-sizes.js';

/** The file types of the guide's table, largest first. */
const FILE_TYPES = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K'] as const;

export interface OtherFormat {
  /** Name of the file type; of this file, that of its label, or of the type that most of its bytes have. */
  fileType: string;
  /** Bytes of all tensors. */
  bytes: number;
  bitsPerWeight: number;
  /** Whether it is what this file is: then the size is its own. */
  current: boolean;
}

/** From the largest to the smallest. File types that the quantizer would refuse for this model are left out; empty where nothing is stored. */
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
