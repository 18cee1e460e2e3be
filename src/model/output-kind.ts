/**
 * What scores the tokens to come: the one place that knows whether a model predicts tokens, and with which matrix. The page, the flow,
 * memory, sizes and the computation all go by it.
 */

import { architectureOf, facetOf } from '../architectures/book.js';
import { metadataValue } from '../gguf/decode.js';
import { hasFinalNorm, type Model, type ModelTensor } from './model.js';

/**
 * `own`: a matrix of its own. `tied`: the token embedding, used a second time. `none`: the model gives vectors (an encoder, a model
 * that pools), or the file does not hold what comes after the layers.
 */
export type Output = { kind: 'own' | 'tied'; tensor: ModelTensor } | { kind: 'none'; tensor: null };

const NONE: Output = { kind: 'none', tensor: null };

/** `pooling_type` of models that do not pool: absent, none, or unspecified (-1, in 32 bits with a sign or without). */
const NO_POOLING: readonly unknown[] = [undefined, 0, -1, 0xffff_ffff];

/** What scores the tokens to come in this model. */
export function outputOf(model: Model): Output {
  const find = (role: string, part: string) =>
    model.tensors.find(({ classified }) => classified.role === role && classified.part === part);
  const own = find('output', 'weight');
  if (own !== undefined) return { kind: 'own', tensor: own };
  const embedding = find('token-embedding', 'weight');
  if (embedding === undefined || encodes(model)) return NONE;
  const ends = hasFinalNorm(model) || hasNoNormWeights(model.hyperparameters.architecture);
  return ends ? { kind: 'tied', tensor: embedding } : NONE;
}

/** Whether no weights stand behind the layers, so that the end of the model cannot be told by them. */
function hasNoNormWeights(architecture: string | null): boolean {
  const { norm, bareNorm } = facetOf(architecture, 'forward')?.output ?? {};
  return norm === null || bareNorm === true;
}

/** Whether the model makes vectors of its tokens: it pools them, or all tokens see each other. */
function encodes({ file, hyperparameters }: Model): boolean {
  const architecture = hyperparameters.architecture ?? '';
  const own = (key: string) => metadataValue(file, `${architecture}.${key}`);
  const gives = architectureOf(architecture)?.gives;
  if (gives === 'vectors' || !NO_POOLING.includes(own('pooling_type'))) return true;
  // Diffusion models see all tokens at once and predict them nevertheless.
  return own('attention.causal') === false && gives !== 'all-tokens';
}

/** Rows of the output matrix: a score for each token of the vocabulary. 0 where the model predicts none. */
export function scoreCount(model: Model): number {
  return outputOf(model).tensor?.dimensions[1] ?? 0;
}
