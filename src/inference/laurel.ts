/** A learned residual (`Laurel`): the block's input, plus the input passed through two narrow matrices. */

import type { Arithmetic } from './arithmetic.js';
import type { Planner } from './planner.js';
import { addTo, type Vectors } from './vectors.js';

/** The result of the block, to be added. */
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
