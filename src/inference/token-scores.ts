/** After the last layer: the scores of all tokens as the next one, or the model's vectors for the tokens of the prompt. */

import type { Arithmetic } from './arithmetic.js';
import { featuresPlan, type OutputPlan, outputNorm, type TracedModel } from './computed-model.js';
import { scaled, type Vectors, vectorAt } from './vectors.js';

/** The largest float32. */
const MOST_FLOAT = 3.4028234663852886e38;

/** For each vector the scores of all tokens: normalized, multiplied with the output matrix, scaled and capped. */
export async function scoresOf(
  arithmetic: Arithmetic,
  { norm, output, scale, cap, suppressed }: OutputPlan,
  vectors: Vectors,
): Promise<Vectors> {
  const normed = norm === null ? vectors : await arithmetic.normalized(vectors, norm);
  const scores = scaled(await arithmetic.project(output, normed), scale);
  const { values, count } = scores;
  if (cap > 0) for (let i = 0; i < values.length; i++) values[i] = cap * Math.tanh((values[i] as number) / cap);
  if (suppressed !== null) for (let at = 0; at < count; at++) vectorAt(scores, at).fill(-MOST_FLOAT, ...suppressed);
  return scores;
}

/** The model's embeddings of the tokens: the vectors after the last norm, or features computed from them. */
export async function embeddingsOf(arithmetic: Arithmetic, model: TracedModel, residual: Vectors): Promise<Vectors> {
  const norm = outputNorm(model.planner);
  const normed = norm === null ? residual : await arithmetic.normalized(residual, norm);
  const features = featuresPlan(model);
  return features === null ? normed : arithmetic.project(features, normed);
}
