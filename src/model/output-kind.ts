/**
 * The output of a model: the only place that decides whether a model predicts tokens, and with which matrix. The page, the flow, memory,
 * sizes and the computation all use it.
 */

import { architectureOf, facetOf } from '../architectures/book.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { hasFinalNorm, type Model, type ModelTensor } from './model.js';

/**
 * `own`: a separate output matrix. `tied`: the token embedding, used a second time. `none`: the model outputs vectors (an encoder, a model
 * that pools), or the file does not contain the part after the layers.
 */
export type Output = { kind: 'own' | 'tied'; tensor: ModelTensor } | { kind: 'none'; tensor: null };

const NONE: Output = { kind: 'none', tensor: null };

/**
 * How the vectors of the tokens become one: their mean, that of the first or the last token, or a score computed from one of them.
 * `unknown`: the file has a number that llama.cpp does not know.
 */
export type Pooling = 'none' | 'mean' | 'first' | 'last' | 'rank' | 'unknown';

/** The pooling by `pooling_type`. `none`: absent, 0, or unspecified (-1 as a signed or unsigned 32-bit number). */
export function poolingOf(file: GgufFile, architecture: string): Pooling {
  const type = metadataValue(file, `${architecture}.pooling_type`);
  if (type === undefined || type === 0 || type === -1 || type === 0xffff_ffff) return 'none';
  return (['mean', 'first', 'last', 'rank'] as const)[Number(type) - 1] ?? 'unknown';
}

/** The output of a model. */
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

/** Whether the norm after the layers has no weights, so that the end of the model cannot be recognized by it. */
function hasNoNormWeights(architecture: string | null): boolean {
  const { norm, bareNorm } = facetOf(architecture, 'forward')?.output ?? {};
  return norm === null || bareNorm === true;
}

/** Whether the model outputs vectors: it pools, or all tokens see each other. */
function encodes({ file, hyperparameters }: Model): boolean {
  const architecture = hyperparameters.architecture ?? '';
  const own = (key: string) => metadataValue(file, `${architecture}.${key}`);
  const gives = architectureOf(architecture)?.gives;
  if (gives === 'vectors' || poolingOf(file, architecture) !== 'none') return true;
  // In diffusion models all tokens see each other, but the model still predicts tokens.
  return own('attention.causal') === false && gives !== 'all-tokens';
}

/** Text diffusion: the model fills masked tokens, in any order, and does not write one token after the other. */
export function fillsMasks({ hyperparameters }: Model): boolean {
  return architectureOf(hyperparameters.architecture ?? '')?.gives === 'all-tokens';
}

/** Rows of the output matrix: a score for each token of the vocabulary. 0 where the model predicts none. */
export function scoreCount(model: Model): number {
  return outputOf(model).tensor?.dimensions[1] ?? 0;
}
