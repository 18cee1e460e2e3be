/**
 * What is known of one architecture, in one place: every reader of the book (which tensors a file must have, how a prompt travels,
 * what is computed, what is kept in memory, what it costs) takes its facet from here. A facet that is not known says why.
 */

import type { CacheFacet } from './cache-facet.js';
import type { Forward } from './forward.js';
import type { Inventory, KeyDemand } from './notation.js';

/** Why a facet is missing, as a clause that goes behind a colon: `its loader is not read`. */
export interface NotKnown {
  notKnown: string;
}

export interface Architecture {
  /** Tensors that a file must and may have (the loader's `load_arch_tensors`). */
  tensors: Inventory | NotKnown;
  /** Keys that the loader demands beyond those that all demand, without their prefix (`load_arch_hparams`). */
  keys: readonly KeyDemand[] | NotKnown;
  /** Whether the lengths of its tensors' axes follow from its numbers as in other models. */
  lengths: LengthRules | NotKnown;
  /** What each layer keeps of earlier tokens (`create_memory`). */
  cache: CacheFacet | NotKnown;
  /** How a vector travels through it (`build_arch_graph`). */
  forward: Forward | NotKnown;
  /** What its numbers mean, where that is not what they mean in other language models. */
  numbers?: NotKnown;
  /**
   * What comes out in place of scores for the next token: vectors, whatever the metadata says of pooling (text encoders), scores for
   * all tokens at once (diffusion), or sound, without a vocabulary.
   */
  gives?: 'vectors' | 'all-tokens' | 'sound';
  /** Rows of an output matrix of its own, where it scores fewer than all tokens: the codes of sound. */
  outputRows?: number;
  /** The loader takes no file in which only part of a head is rotated (src/llama-model.cpp). */
  turnsWholeHeads?: true;
}

/** Where lengths of axes follow from other numbers than usual. */
export interface LengthRules {
  /** The query matrix holds a gate as well, so it has twice the rows. */
  gatedQuery?: true;
  /** `feed_forward_length` counts gate and up together. */
  gateCounted?: true;
  /** The dense network is as wide inside as the vector that travels through the model. */
  denseIsEmbedding?: true;
  /** Keys and values have as many heads as queries, whatever `attention.head_count_kv` says; `in-some`: in some layers. */
  equalHeads?: true | 'in-some';
  /** A head is as long as the part of it that is rotated. */
  headIsRotated?: true;
  /** The norm of keys is for the part that is rotated alone. */
  keyNormIsRotated?: true;
  /** The short vector of keys and values is one head of them. */
  latentIsHead?: true;
  /** In place of a norm's weights queries have one factor for each head. */
  factorPerHead?: true;
}

export function isKnown<T extends object>(facet: T | NotKnown): facet is T {
  return !('notKnown' in facet);
}

/** The architectures of a family, by `general.architecture`. Its file has a function that makes it. */
export type Family = Readonly<Record<string, Architecture>>;
