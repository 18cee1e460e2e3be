/**
 * The shapes that tensors had before ComfyUI-GGUF's converter laid them out anew: rows of 256 numbers, which the block formats need, in place
 * of the short rows of convolutions. `comfy.gguf.orig_shape.NAME` keeps them, in PyTorch's order; its loaders give each tensor that shape.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import { ORIGINAL_SHAPE } from './family.js';

export interface OriginalShape {
  entry: MetadataEntry;
  /** The name of the tensor. */
  name: string;
  /** In ggml's order, the first dimension contiguous; null where the value is not an array of i32 of sizes, which its loaders demand. */
  dimensions: readonly number[] | null;
}

const byFile = new WeakMap<GgufFile, ReadonlyMap<string, OriginalShape>>();
const NONE: ReadonlyMap<string, OriginalShape> = new Map();

/** By the name of the tensor; the first of several. */
export function originalShapes(file: GgufFile): ReadonlyMap<string, OriginalShape> {
  let shapes = byFile.get(file);
  if (shapes === undefined) {
    shapes = readShapes(file);
    byFile.set(file, shapes);
  }
  return shapes;
}

function readShapes({ metadata }: GgufFile): ReadonlyMap<string, OriginalShape> {
  let shapes: Map<string, OriginalShape> | undefined;
  for (const entry of metadata) {
    if (!entry.key.startsWith(ORIGINAL_SHAPE)) continue;
    const name = entry.key.slice(ORIGINAL_SHAPE.length);
    shapes ??= new Map();
    if (!shapes.has(name)) shapes.set(name, { entry, name, dimensions: dimensionsOf(entry) });
  }
  return shapes ?? NONE;
}

/** More dimensions than PyTorch's layers have say that the value is something else. */
const MOST_DIMENSIONS = 8;

function dimensionsOf({ value }: MetadataEntry): readonly number[] | null {
  if (typeof value !== 'object' || value.kind !== 'array' || value.itemType !== 'i32') return null;
  if (value.count === 0 || value.count > MOST_DIMENSIONS || value.items.length !== value.count) return null;
  const sizes = value.items.filter((size): size is number => typeof size === 'number' && size >= 0);
  return sizes.length === value.count ? sizes.reverse() : null;
}

/** The product of the sizes; exact as far as a tensor of a file can reach. */
export function elementsOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}
