/**
 * A tensor's shape as a transformation: `in → out` with named axes. ggml stores a matrix with rows of length `ne[0]`, and computes y = W ·
 * x with x of length `ne[0]` and y of length `ne[1]`, so the first stored dimension is the input. In a lookup table it is the reverse: the
 * index selects the row, and the row is the output.
 */

import type { Role } from '../words/roles.js';
import { atLayer, type Hyperparameters } from './hyperparameters.js';

export interface Axis {
  axis: string;
  size: number;
  /** If the axis is divided evenly among attention heads: their number. */
  heads?: number;
}

export interface Shape {
  /** ggml's `ne`, the first dimension contiguous. PyTorch shows the same dimensions in reverse. */
  ggml: readonly number[];
  /** The dimensions in the file, if the metadata states other original dimensions (original-shapes.ts). */
  stored?: readonly number[];
  in?: Axis;
  out?: Axis;
  /** How many times the transformation exists, for example for experts. */
  copies?: Axis;
}

/** Which hyperparameter counts the heads along an axis. */
const HEADS_ALONG: Readonly<Record<string, 'headCount' | 'headCountKv'>> = {
  'query heads': 'headCount',
  'key heads': 'headCountKv',
  'value heads': 'headCountKv',
};

export function shapeOf(
  dimensions: readonly number[],
  role: Pick<Role, 'kind' | 'axes'>,
  layer: number | null,
  hyperparameters: Hyperparameters,
): Shape {
  const named = (index: number): Axis | undefined => {
    const size = dimensions[index];
    const axis = role.axes[index];
    if (size === undefined || axis === undefined) return undefined;
    const counted = HEADS_ALONG[axis];
    const heads = counted && atLayer(hyperparameters[counted], layer ?? 0);
    return heads && size % heads === 0 ? { axis, size, heads } : { axis, size };
  };
  const first = named(0);
  const second = named(1);
  if (first === undefined || second === undefined) return { ggml: dimensions };
  if (role.kind === 'lookup table') return { ggml: dimensions, in: second, out: first };
  // A matrix with more dimensions than its role has is stored as the filters of a convolution.
  const filters = dimensions.slice(role.axes.length).some((size) => size > 1);
  if (role.kind !== 'matrix' || filters) return { ggml: dimensions };
  const copies = named(2);
  return { ggml: dimensions, in: first, out: second, ...(copies && copies.size > 1 ? { copies } : {}) };
}
