/** What the first layer of a stack reads. */

import type { Arithmetic } from './arithmetic.js';
import type { TracedModel } from './computed-model.js';
import { type Planner, ruled } from './planner.js';
import { addTo, scaled, type Vectors, vectorAt } from './vectors.js';

/** Tokens that a convolution over the rows reads, the own one in the middle. */
const INPUT_TAPS = 7;

/** The vectors that the first layer of a stack reads: rows of tables, added, mixed by a convolution, normalized. */
export async function inputVectors(
  arithmetic: Arithmetic,
  { embedding, positions, tokenTypes }: TracedModel,
  planner: Planner,
  ids: readonly number[],
): Promise<Vectors> {
  const { numbers, forward } = planner;
  const { input } = forward;
  const rows = await arithmetic.rows(embedding, ids);
  scaled(rows, ruled(input.scale, numbers.view(0)) ?? 1);
  if (positions !== null) addTo(rows.values, (await arithmetic.rows(positions, [...ids.keys()])).values);
  if (tokenTypes !== null) {
    const { values } = await arithmetic.rows(tokenTypes, [0]);
    for (let t = 0; t < rows.count; t++) addTo(vectorAt(rows, t), values);
  }
  const { convolution, norm } = input;
  const mixed =
    convolution === undefined
      ? rows
      : await arithmetic.project(planner.convolution(convolution, [INPUT_TAPS, rows.length], numbers.embedding), rows);
  if (norm === undefined) return mixed;
  return arithmetic.normalized(
    mixed,
    typeof norm === 'string'
      ? planner.norm(norm, numbers.embedding)
      : planner.norm('', numbers.embedding, { kind: norm.bare, bare: true }),
  );
}
