/** Readable formulas with the model's own numbers. */

import type { TensorType } from '../formats/tensor-types.js';

/** `128256` → `128,256`. For integers. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 layer`, `32 layers`. */
export function countOf(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The factors joined as a product; empty ones are omitted. */
export function product(...factors: readonly string[]): string {
  return factors.filter((factor) => factor !== '').join(' × ');
}

/** Bytes per number: `2`, or `34/32` in a block format. */
export function bytesOfNumber({ blockBytes, blockElements }: TensorType): string {
  return blockElements === 1 ? String(blockBytes) : `${blockBytes}/${blockElements}`;
}

/** The number of copies of the caches; empty if there is only one. */
export function copiesOf(copies: number): string {
  return copies === 1 ? '' : countOf(copies, 'sequence');
}
