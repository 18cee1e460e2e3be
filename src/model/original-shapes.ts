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
  /** In ggml's order, the first dimension contiguous; null where the value says no shape, or was not kept. */
  dimensions: readonly number[] | null;
  /** Whether the value is something else than an array of i32 with sizes, which the loaders demand. */
  unusable: boolean;
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
    if (!shapes.has(name)) shapes.set(name, { entry, name, ...dimensionsOf(entry) });
  }
  return shapes ?? NONE;
}

/** More dimensions than PyTorch's layers have say that the value is something else. */
const MOST_DIMENSIONS = 8;

function dimensionsOf({ value }: MetadataEntry): Pick<OriginalShape, 'dimensions' | 'unusable'> {
  const unusable = { dimensions: null, unusable: true };
  if (typeof value !== 'object' || value.kind !== 'array' || value.itemType !== 'i32') return unusable;
  if (value.count === 0 || value.count > MOST_DIMENSIONS) return unusable;
  const sizes = value.items.filter((size): size is number => typeof size === 'number' && size >= 0);
  if (sizes.length < value.items.length) return unusable;
  // Of a header with more arrays than any model has, the last ones are not kept.
  return { dimensions: sizes.length === value.count ? sizes.reverse() : null, unusable: false };
}

/** The product of the sizes; exact as far as a tensor of a file can reach. */
export function elementsOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}
