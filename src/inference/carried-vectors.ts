/** Vectors that some models carry from layer to layer in addition to the residual stream. */

import { AlternatingUpdates } from './alternating-updates.js';
import type { Arithmetic } from './arithmetic.js';
import { LowAndHigh } from './cycles.js';
import { type Planner, ruled } from './planner.js';
import type { Vectors } from './vectors.js';

export interface CarriedVectors {
  /** The vectors that a layer's steps read, given the result of the layer before. */
  before(layer: number, left: Vectors): Promise<Vectors> | Vectors;
  /** The result of a layer, given the result of its steps. */
  behind(layer: number, made: Vectors): Promise<Vectors>;
  /** Adds a branch's result to the other vectors. */
  addToOthers?(given: Vectors): void;
  /** The vectors that the output reads. Absent: the result of the last layer. */
  merged?(): Promise<Vectors>;
}

/** Null for most models. `rows`: the token embeddings. Throws TraceError. */
export async function carriedVectors(
  arithmetic: Arithmetic,
  planner: Planner,
  rows: Vectors,
): Promise<CarriedVectors | null> {
  const { cycles, forward, view } = planner.numbers;
  if (cycles !== null) return LowAndHigh.begin(arithmetic, planner, { rows, plan: cycles });
  const count = ruled(forward.altUp?.vectors, view(0));
  return count === undefined ? null : AlternatingUpdates.begin(arithmetic, planner, { rows, count });
}
