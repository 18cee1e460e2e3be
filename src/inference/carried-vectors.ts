/** Vectors of the tokens that some models carry from layer to layer beside the residual stream. */

import { AlternatingUpdates } from './alternating-updates.js';
import type { Arithmetic } from './arithmetic.js';
import { LowAndHigh } from './cycles.js';
import { type Planner, ruled } from './planner.js';
import type { Vectors } from './vectors.js';

export interface CarriedVectors {
  /** What the steps of a layer read in place of what the layer before it left. */
  before(layer: number, left: Vectors): Promise<Vectors> | Vectors;
  /** What a layer leaves, of what its steps made. */
  behind(layer: number, made: Vectors): Promise<Vectors>;
  /** Adds what a branch of a layer gives for the others. */
  addToOthers?(given: Vectors): void;
  /** What the output reads, in place of what the last layer left. */
  merged?(): Promise<Vectors>;
}

/** Null for most models. `rows`: the vectors of the tokens as they are looked up. Throws TraceError. */
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
