/** Formulas as people read them, with the model's own numbers in them. */

import type { TensorType } from '../formats/tensor-types.js';

/** `128256` → `128,256`. For integers. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 layer`, `32 layers`. */
export function countOf(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Factors of a product; those that are empty are left out. */
export function product(...factors: readonly string[]): string {
  return factors.filter((factor) => factor !== '').join(' × ');
}

/** What a number takes: `2`, or `34/32` in a format of blocks. */
export function bytesOfNumber({ blockBytes, blockElements }: TensorType): string {
  return blockElements === 1 ? String(blockBytes) : `${blockBytes}/${blockElements}`;
}

/** Whose caches they are; nothing where there is only one. */
export function copiesOf(copies: number): string {
  return copies === 1 ? '' : countOf(copies, 'sequence');
}
