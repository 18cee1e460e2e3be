/** The input of a stack of layers. */

import type { Arithmetic } from './arithmetic.js';
import type { TracedModel } from './computed-model.js';
import { type Planner, ruled } from './planner.js';
import { addTo, scaled, type Vectors, vectorAt } from './vectors.js';

/** Kernel size in tokens of the convolution over the embeddings; the token itself is in the middle. */
const INPUT_TAPS = 7;

/** The input of the first layer of a stack: rows of tables, summed, optionally convolved and normalized. */
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
