/** What is computed in a layer, as data: which rows of which tensors, which norms, which rotation. planner.ts makes it. */

import type { Activation, Branch, Clamp, Gating, Layer, NormKind, Pointwise, Step } from '../architectures/forward.js';
import type { LayerView } from '../architectures/layer-view.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { Heads } from './model-numbers.js';
import type { RopePlan } from './rope-plan.js';

/** weight × normalized + bias; without a weight the numbers stay as normalized. */
export interface NormPlan {
  kind: NormKind;
  epsilon: number;
  weight: ReadableData | null;
  bias: ReadableData | null;
  /** Numbers that are normalized together; the whole vector where it is not given. */
  stretch?: number;
  /** The weight has one number for each stretch. */
  weightPerStretch?: true;
  /** Groups of channels, each normalized over all tokens. */
  groups?: number;
}

/** Some rows of a matrix, the factor on their products, and what is added. */
export interface Projection {
  matrix: ReadableData;
  first: number;
  rows: number;
  scale: ReadableData | null;
  bias: ReadableData | null;
  /** Where the part for these rows begins in the bias, if not where it begins in the matrix. */
  biasFirst?: number;
  /** What adapters add to the products, where tokens switch them on. */
  adapters?: AdapterStacks;
  /** The factor is on the sum with the bias, as in feed-forward networks. */
  scaleBehindBias?: true;
  /** The matrix is the kernel of a convolution over so many tokens: for each channel that comes in so many numbers. */
  taps?: number;
}

/** What the adapters add to a product: `up` × `down` × input, of each as many rows for every place. */
export interface AdapterStacks {
  down: ReadableData;
  up: ReadableData;
  rank: number;
}

/** A layer by its description; what its blocks read is planned when it is their turn. */
export interface LayerPlan {
  layer: number;
  view: LayerView;
  shape: Layer;
}

/** A branch of a step, with its norm and its block planned. */
export interface BranchPlan<Plan = unknown> {
  step: Step;
  branch: Branch;
  /** Null: the residual stream as it is; `before`: what the branch before it read. */
  norm: NormPlan | null | 'before';
  block: Plan;
  post: NormPlan | null;
  scale: number;
}

/** Which tokens a query sees beside those that come after it. */
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
  /** Without a projection of its own: the layer whose keys and values these are, or `key`: the values are the keys as projected. */
  keysOf: number | null;
  queryNorm: NormPlan | null;
  keyNorm: NormPlan | null;
  normBehindRotation: boolean;
  valueNorm: NormPlan | null;
  rope: RopePlan | null;
  /** Factor on the scores: 1 ÷ √d in most models. */
  scale: number;
  temperature: ((position: number) => number) | null;
  /** Scores are capped to ± this. */
  cap: number | null;
  /** For each head the slope of ALiBi; null: none. */
  slopes: readonly number[] | null;
  sees: 'earlier' | 'all';
  /** Keys and values are made of the encoder's vectors. */
  crosses: boolean;
  /** A number for each head and bucket of distances: rows of the buckets, and how far they reach. */
  distanceBias: { table: ReadableData; buckets: number } | null;
  /** Null: all tokens that it sees at all. */
  window: WindowPlan | null;
  clamp: number | null;
  valueScale: number;
  /** One number for each head, which takes a share of attention and gives nothing for it. */
  sinks: ReadableData | null;
  gate: Projection | 'in-query' | null;
  gateThrough: Pointwise;
  innerNorm: NormPlan | null;
  output: Projection;
  /** How keys and values come from one short vector; null in attention that has matrices for each. */
  latent: LatentPlan | null;
  /** What picks the tokens to look at; null: all are looked at. */
  indexer: IndexerPlan | null;
  compressed: CompressedPlan | null;
  /** What picks whole blocks of tokens to look at; null: all are looked at. */
  blockIndexer: BlockIndexerPlan | null;
}

/** An indexer, or the earlier layer whose picks the layer takes. */
export type IndexerPlan = { picksOf: number } | OwnIndexerPlan;

export interface OwnIndexerPlan {
  picksOf: null;
  heads: number;
  length: number;
  /** Tokens that are picked. */
  top: number;
  /** Reads the short vector of the layer's query. */
  query: Projection;
  key: Projection;
  keyNorm: NormPlan;
  /** How much each head counts. */
  weights: Projection;
  rope: RopePlan;
}

/** An indexer that picks whole blocks of tokens. */
export interface BlockIndexerPlan {
  /** Tokens of a block. */
  ratio: number;
  /** Tokens that are picked beside those of the unfinished block. */
  top: number;
  length: number;
  query: Projection;
  queryNorm: NormPlan;
  queryRope: RopePlan;
  key: Projection;
  keyNorm: NormPlan;
  keyRope: RopePlan;
}

/** How entries that stand for several tokens are made. */
export interface EntriesPlan {
  tokens: number;
  overlap: boolean;
  /** Numbers of an entry. */
  length: number;
  values: Projection;
  scores: Projection;
  /** Added to the scores: a row for each place in an entry. */
  places: ReadableData;
  norm: NormPlan;
  rope: RopePlan;
}

/** The indexer of entries: its keys are entries as well. */
export interface EntryIndexerPlan {
  heads: number;
  length: number;
  top: number;
  query: Projection;
  weights: Projection;
  entries: EntriesPlan;
}

/** Attention that looks at entries behind its window: `query` of the plan reads the short vector, `key` is the value too. */
export interface CompressedPlan {
  queryDown: Projection;
  queryDownNorm: NormPlan;
  entries: EntriesPlan | null;
  indexer: EntryIndexerPlan | null;
  /** For each group of heads the matrix that reads what they give. */
  groups: readonly Projection[];
}

/** The ways through short vectors: `query`, `key` and `value` of the plan are their last, first and last matrices. */
export interface LatentPlan {
  /** To the short vector of the query; null: `query` reads the token's vector itself. */
  queryDown: Projection | null;
  queryNorm: NormPlan | null;
  /** Numbers of the short vector of keys and values, and its norm. */
  rank: number;
  norm: NormPlan;
  /** Norm of the rotated part of the key. */
  rotatedNorm: NormPlan | null;
  /** Numbers of a head's query and key that are not rotated, and that are, which follow them. */
  plain: number;
  rotated: number;
  /** Keys of heads as they read the short vector: for each head the matrix from a query to it; null: keys of each head are computed. */
  queryToLatent: readonly Projection[] | null;
  /** For each head the matrix from the mixed short vectors to its value; null: values of each head are computed. */
  latentToValue: readonly Projection[] | null;
}

export interface NetworkPlan {
  activation: Activation;
  clamp: Clamp | null;
  /** Null: `up` alone goes through the activation. */
  gate: Projection | null;
  up: Projection;
  /** Standard deviations above their mean that numbers of the gate must have; null: none. */
  gateThreshold?: number | null;
  innerNorm: NormPlan | null;
  /** What the activation gives is divided by these. */
  divisor: ReadableData | null;
  down: Projection;
}

export interface ExpertsPlan {
  router: Projection;
  /** A row of experts for each token that there is; null: the scores choose. */
  byToken: ReadableData | null;
  /** What is added to the scores for choosing, and not for weighing. */
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
  /** The norm before the router, and the numbers that it is multiplied with. */
  routerNorm: { norm: NormPlan; scale: ReadableData } | null;
  /** To the short vector that the experts read, and from what they give together back to a whole one; null: they read a whole one. */
  latent: { down: Projection; norm: NormPlan | null; up: Projection } | null;
  network(expert: number): NetworkPlan;
  /** Factors for each expert's products, in the order gate, up, down. */
  scales: readonly (ReadableData | null)[];
  /** Experts that every token goes through, and the matrix with one row that tells how much they count. */
  shared: NetworkPlan | null;
  sharedGate: Projection | null;
  /** Factor on the sum of the chosen experts and those of every token. */
  sharedScale: number;
  /** Small experts for groups of experts, which read what the chosen ones give. */
  adjugate: { perGroup: number; used: number; scale: number; network(group: number): NetworkPlan } | null;
}

export interface FeedForwardPlan {
  dense: NetworkPlan | null;
  experts: ExpertsPlan | null;
  /** Factor on the sum of both. */
  sumScale: number;
}
