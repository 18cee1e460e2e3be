/**
 * Everything known about one architecture, in one place. Each reader of the book takes its facet from here: the tensors that a file must
 * have, the path of a prompt, the computation, the memory, the cost. A facet that is not known states the reason.
 */

import type { CacheFacet } from './cache-facet.js';
import type { Forward } from './forward.js';
import type { Inventory, KeyDemand } from './notation.js';

/** Why a facet is missing, as a clause that follows a colon: `its loader is not read`. */
export interface NotKnown {
  notKnown: string;
}

export interface Architecture {
  /** Tensors that a file must and may have (the loader's `load_arch_tensors`). */
  tensors: Inventory | NotKnown;
  /** Keys that this loader demands in addition to those that all loaders demand, without their prefix (`load_arch_hparams`). */
  keys: readonly KeyDemand[] | NotKnown;
  /** How the lengths of the tensors' axes follow from the hyperparameters, where that differs from other models. */
  lengths: LengthRules | NotKnown;
  /** What each layer keeps of earlier tokens (`create_memory`). */
  cache: CacheFacet | NotKnown;
  /** How a vector travels through the model (`build_arch_graph`). */
  forward: Forward | NotKnown;
  /** Given if the hyperparameters do not mean the same as in other language models. */
  numbers?: NotKnown;
  /**
   * The output, if it is not scores for the next token: vectors, whatever the metadata says about pooling (text encoders); scores for all
   * tokens at once (diffusion); or sound, without a vocabulary.
   */
  gives?: 'vectors' | 'all-tokens' | 'sound';
  /** Rows of a separate output matrix that scores only some of the tokens: the codes of sound. */
  outputRows?: number;
  /** The loader refuses a file in which only part of a head is rotated (src/llama-model.cpp). */
  turnsWholeHeads?: true;
}

/** Lengths of axes that follow from other hyperparameters than usual. */
export interface LengthRules {
  /** The query matrix also holds a gate, so it has twice the rows. */
  gatedQuery?: true;
  /** `feed_forward_length` counts gate and up together. */
  gateCounted?: true;
  /** The inner width of the dense network equals the embedding length. */
  denseIsEmbedding?: true;
  /** Keys and values have the same number of heads as queries, whatever `attention.head_count_kv` says; `in-some`: in some layers. */
  equalHeads?: true | 'in-some';
  /** The length of a head is the length of its rotated part. */
  headIsRotated?: true;
  /** The norm of keys covers only the rotated part. */
  keyNormIsRotated?: true;
  /** The latent vector of keys and values has the length of one head. */
  latentIsHead?: true;
  /** The norm of queries has one factor for each head instead of one weight for each element. */
  factorPerHead?: true;
}

export function isKnown<T extends object>(facet: T | NotKnown): facet is T {
  return !('notKnown' in facet);
}

/** The architectures of a family, by `general.architecture`. The file of the family exports a function that builds it. */
export type Family = Readonly<Record<string, Architecture>>;
