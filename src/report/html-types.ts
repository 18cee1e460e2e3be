/** The quantization types of one model, as the HTML page colours them: family, bits for each weight, words, and how much of the file. */

import { bitsPerWeight, type TensorType } from '../formats/tensor-types.js';
import type { Model } from '../model/model.js';
import type { TotalsReport } from './schema.js';

export interface HtmlType {
  type: string;
  /** `k-quant`, `float` …; null for a type that is not known. */
  family: TensorType['family'] | null;
  /** Null where it is not known. */
  bitsPerWeight: number | null;
  says: string | null;
  tensors: number;
  bytes: number;
}

/** In the order of `byType`: the largest first. */
export function htmlTypes({ tensors }: Model, { byType }: Pick<TotalsReport, 'byType'>): HtmlType[] {
  const known = new Map<string, TensorType>();
  for (const { type } of tensors) if (type !== undefined) known.set(type.name, type);
  return byType.map(({ type: name, tensors: count, bytes }) => {
    const type = known.get(name);
    return {
      type: name,
      family: type?.family ?? null,
      // Of a type whose layout is not known the blocks count no bytes.
      bitsPerWeight: type === undefined || type.blockBytes === 0 ? null : bitsPerWeight(type),
      says: type?.says ?? null,
      tensors: count,
      bytes,
    };
  });
}
