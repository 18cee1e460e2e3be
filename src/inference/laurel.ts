/** A learned residual: what goes around a block, and what two narrow matrices make of it (`Laurel`). */

import type { Arithmetic } from './arithmetic.js';
import type { Planner } from './planner.js';
import { addTo, type Vectors } from './vectors.js';

/** What the block adds. */
export async function withLaurel(
  arithmetic: Arithmetic,
  planner: Planner,
  layer: number,
  input: Vectors,
): Promise<Vectors> {
  const name = (part: string) => planner.name(layer, `laurel_${part}`);
  const rank = planner.rowsOf(name('l'), input.length);
  const short = await arithmetic.project(planner.projection(name('l'), input.length, { rows: rank }), input);
  const long = await arithmetic.project(planner.projection(name('r'), rank, { rows: input.length }), short);
  const result = await arithmetic.normalized(long, planner.norm(name('post_norm'), input.length));
  addTo(result.values, input.values);
  return result;
}
