/** What a layer computes, as data: which rows of which tensors, which norms, which rotation. planner.ts makes it. */

import type { Activation, Clamp, Gating, Layer, NormKind, Pointwise } from '../architectures/forward.js';
import type { LayerView } from '../architectures/layer-view.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { Heads } from './model-numbers.js';
import type { RopePlan } from './rope-plan.js';

/** weight × normalized + bias; without a weight, the normalized numbers are not scaled. */
export interface NormPlan {
  kind: NormKind;
  epsilon: number;
  weight: ReadableData | null;
  bias: ReadableData | null;
  /** How many numbers are normalized together; absent: the whole vector. */
  stretch?: number;
  /** The weight has one number for each stretch. */
  weightPerStretch?: true;
  /** Number of channel groups, each normalized over all tokens. */
  groups?: number;
}

/** Rows of a matrix, the factor on the products, and the bias. */
export interface Projection {
  matrix: ReadableData;
  first: number;
  rows: number;
  scale: ReadableData | null;
  bias: ReadableData | null;
  /** Start of these rows' part in the bias, if it differs from their start in the matrix. */
  biasFirst?: number;
  /** The adapters on this matrix, if tokens switch adapters on. */
  adapters?: AdapterStacks;
  /** The factor applies to the sum with the bias, as in feed-forward networks. */
  scaleBehindBias?: true;
  /** The matrix is the kernel of a convolution over this many tokens: each row has `taps` numbers for each input channel. */
  taps?: number;
}

/** What adapters add to a product: `up` × `down` × input. Each tensor has the same number of rows for every adapter. */
export interface AdapterStacks {
  down: ReadableData;
  up: ReadableData;
  rank: number;
}

/** A layer and its description; its blocks are planned when they are computed. */
export interface LayerPlan {
  layer: number;
  view: LayerView;
  shape: Layer;
}

/** The window of tokens that a query sees: those up to its own, those on both sides, or the chunk that it is in. */
export interface WindowPlan {
  tokens: number;
  shape: 'behind' | 'both-sides' | 'chunk';
}

export interface AttentionPlan {
  layer: number;
  heads: Heads;
  norm: NormPlan | null;
  query: Projection;
  key: Projection | null;
  value: Projection | null;
  /** Without a key or value matrix: the layer whose keys and values are reused, or `key`: the projected keys are also the values. */
  keysOf: number | null;
  queryNorm: NormPlan | null;
  keyNorm: NormPlan | null;
  normBehindRotation: boolean;
  valueNorm: NormPlan | null;
  rope: RopePlan | null;
  /** Factor on the scores: 1 ÷ √(head length) in most models. */
  scale: number;
  temperature: ((position: number) => number) | null;
  /** Scores are capped to ± this number. */
  cap: number | null;
  /** The ALiBi slope of each head; null: no ALiBi. */
  slopes: readonly number[] | null;
  sees: 'earlier' | 'all';
  /** Keys and values are computed from the encoder's vectors. */
  crosses: boolean;
  /** A table with one number for each head and distance bucket: rows are buckets; `buckets` is their number. */
  distanceBias: { table: ReadableData; buckets: number } | null;
  /** Null: no window. */
  window: WindowPlan | null;
  clamp: number | null;
  valueScale: number;
  /** One number for each head (attention sink): it takes part in the softmax but has no value. */
  sinks: ReadableData | null;
  gate: Projection | 'in-query' | null;
  gateThrough: Pointwise;
  innerNorm: NormPlan | null;
  output: Projection;
  /** How keys and values come from one short vector; null if each has its own matrix. */
  latent: LatentPlan | null;
  /** The indexer that picks the tokens to attend to; null: no restriction. */
  indexer: IndexerPlan | null;
  compressed: CompressedPlan | null;
  /** The indexer that picks whole blocks of tokens; null: no restriction. */
  blockIndexer: BlockIndexerPlan | null;
}

/** An indexer, or the earlier layer whose picks are reused. */
export type IndexerPlan = { picksOf: number } | OwnIndexerPlan;

export interface OwnIndexerPlan {
  picksOf: null;
  heads: number;
  length: number;
  /** Number of tokens picked. */
  top: number;
  /** Reads the short vector of the layer's query. */
  query: Projection;
  key: Projection;
  keyNorm: NormPlan;
  /** The weight of each head. */
  weights: Projection;
  rope: RopePlan;
}

/** An indexer that picks whole blocks of tokens. */
export interface BlockIndexerPlan {
  /** Tokens in a block. */
  ratio: number;
  /** Number of tokens picked in addition to the unfinished block. */
  top: number;
  length: number;
  query: Projection;
  queryNorm: NormPlan;
  queryRope: RopePlan;
  key: Projection;
  keyNorm: NormPlan;
  keyRope: RopePlan;
}

/** How the entries, which stand for several tokens each, are computed. */
export interface EntriesPlan {
  tokens: number;
  overlap: boolean;
  /** Length of an entry. */
  length: number;
  values: Projection;
  scores: Projection;
  /** Added to the scores: one row for each place in an entry. */
  places: ReadableData;
  norm: NormPlan;
  rope: RopePlan;
}

/** The indexer of entries: its keys are entries too. */
export interface EntryIndexerPlan {
  heads: number;
  length: number;
  top: number;
  query: Projection;
  weights: Projection;
  entries: EntriesPlan;
}

/** Attention to entries in addition to the window: the plan's `query` reads the short vector, and `key` is also the value. */
export interface CompressedPlan {
  queryDown: Projection;
  queryDownNorm: NormPlan;
  entries: EntriesPlan | null;
  indexer: EntryIndexerPlan | null;
  /** For each group of heads, the matrix that reads the group's output. */
  groups: readonly Projection[];
}

/**
 * Latent attention goes through short vectors. Of the attention plan, `query` is the last matrix of the queries, `key` the matrix to the
 * short vector of keys and values, and `value` the matrix from it.
 */
export interface LatentPlan {
  /** To the short vector of the query; null: `query` reads the token's vector itself. */
  queryDown: Projection | null;
  queryNorm: NormPlan | null;
  /** Length of the short vector of keys and values; below, its norm. */
  rank: number;
  norm: NormPlan;
  /** Norm of the key's rotated part. */
  rotatedNorm: NormPlan | null;
  /** Numbers of a head's query and key that are not rotated, and that are rotated; the rotated ones follow. */
  plain: number;
  rotated: number;
  /** For each head the matrix that maps a query to the space of the short vectors; null: each head's keys are computed. */
  queryToLatent: readonly Projection[] | null;
  /** For each head the matrix from the mixed short vectors to the head's value; null: each head's values are computed. */
  latentToValue: readonly Projection[] | null;
}

export interface NetworkPlan {
  activation: Activation;
  clamp: Clamp | null;
  /** Null: the activation is applied to `up`. */
  gate: Projection | null;
  up: Projection;
  /** Threshold for the numbers of the gate, in standard deviations above their mean; null: none. */
  gateThreshold?: number | null;
  innerNorm: NormPlan | null;
  /** The result of the activation is divided by these. */
  divisor: ReadableData | null;
  down: Projection;
}

export interface ExpertsPlan {
  router: Projection;
  /** A table with the experts for each token id; null: the scores choose. */
  byToken: ReadableData | null;
  /** Added to the scores for choosing, not for weighing. */
  choiceBias: ReadableData | null;
  count: number;
  used: number;
  gating: Gating;
  normalized: boolean;
  /** Factor on the weights of the chosen experts; 1: none. */
  weightScale: number;
  groups: { count: number; used: number } | null;
  weightsBefore: boolean;
  routerReads: 'input' | 'layer-input' | 'attention-output' | 'residual';
  /** The norm before the router, and the factors after it. */
  routerNorm: { norm: NormPlan; scale: ReadableData } | null;
  /** To the short vector that the experts read, and from the sum of their outputs back to a whole one; null: they read whole vectors. */
  latent: { down: Projection; norm: NormPlan | null; up: Projection } | null;
  network(expert: number): NetworkPlan;
  /** Factors on each expert's products, in the order gate, up, down. */
  scales: readonly (ReadableData | null)[];
  /** The shared experts, which every token goes through; below, the matrix with one row that gives their weight. */
  shared: NetworkPlan | null;
  sharedGate: Projection | null;
  /** Factor on the sum of the chosen and the shared experts. */
  sharedScale: number;
  /** Small experts for groups of experts; they read the summed output of the chosen experts. */
  adjugate: { perGroup: number; used: number; scale: number; network(group: number): NetworkPlan } | null;
}

export interface FeedForwardPlan {
  dense: NetworkPlan | null;
  experts: ExpertsPlan | null;
  /** Factor on the sum of the network and the experts. */
  sumScale: number;
}
