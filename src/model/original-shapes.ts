/**
 * The original shapes of tensors that ComfyUI-GGUF's converter reshaped: block formats need rows of 256 elements, and convolutions have
 * short rows. `comfy.gguf.orig_shape.NAME` keeps the original shape in PyTorch's order, and ComfyUI-GGUF's loaders restore it.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import { ORIGINAL_SHAPE } from './family.js';

export interface OriginalShape {
  entry: MetadataEntry;
  /** The name of the tensor. */
  name: string;
  /** In ggml's order, with the first dimension contiguous; null if the value is not a shape, or was not kept. */
  dimensions: readonly number[] | null;
  /** Whether the value is not an array of i32 sizes, which the loaders demand. */
  unusable: boolean;
}

const byFile = new WeakMap<GgufFile, ReadonlyMap<string, OriginalShape>>();
const NONE: ReadonlyMap<string, OriginalShape> = new Map();

/** By the name of the tensor; if there are several, the first. */
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

/** PyTorch's layers have fewer dimensions; a longer value is not a shape. */
const MOST_DIMENSIONS = 8;

function dimensionsOf({ value }: MetadataEntry): Pick<OriginalShape, 'dimensions' | 'unusable'> {
  const unusable = { dimensions: null, unusable: true };
  if (typeof value !== 'object' || value.kind !== 'array' || value.itemType !== 'i32') return unusable;
  if (value.count === 0 || value.count > MOST_DIMENSIONS) return unusable;
  const sizes = value.items.filter((size): size is number => typeof size === 'number' && size >= 0);
  if (sizes.length < value.items.length) return unusable;
  // If a header has more arrays than any real model, the reader does not keep the last ones.
  return { dimensions: sizes.length === value.count ? sizes.reverse() : null, unusable: false };
}

/** The product of the sizes; exact for every possible size of a tensor in a file. */
export function elementsOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}
