/** What is computed in a layer, as data: which rows of which tensors, which norms, which rotation. layer-plan.ts makes them. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { NormKind } from './computed-architectures.js';
import type { Heads } from './config.js';
import type { RopePlan } from './rope-plan.js';

/** weight × normalized + bias; without a weight the numbers stay as normalized. */
export interface NormPlan {
  kind: NormKind;
  epsilon: number;
  weight: ReadableData;
  bias: ReadableData | null;
}

/** Some rows of a matrix, the factor on their products (NVFP4 files have one), and what is added. */
export interface Projection {
  matrix: ReadableData;
  first: number;
  rows: number;
  scale: ReadableData | null;
  bias: ReadableData | null;
}

export interface AttentionPlan {
  layer: number;
  heads: Heads;
  norm: NormPlan;
  query: Projection;
  key: Projection;
  value: Projection;
  queryNorm: NormPlan | null;
  keyNorm: NormPlan | null;
  rope: RopePlan | null;
  /** Factor on the scores: 1 ÷ √d. */
  scale: number;
  /** Scores are capped to ± this. */
  cap: number | null;
  /** Tokens that are seen, the own one among them; null: all. */
  window: number | null;
}

export interface NetworkPlan {
  activation: 'silu' | 'gelu';
  /** Null: `up` alone goes through the activation. */
  gate: Projection | null;
  up: Projection;
  down: Projection;
}

export interface ExpertsPlan {
  router: Projection;
  count: number;
  used: number;
  /** Factor on the weights of the chosen experts; 1: none. */
  weightScale: number;
  network(expert: number): NetworkPlan;
  /** Factors for each expert's products, in the order gate, up, down. */
  scales: readonly (ReadableData | null)[];
}

export interface LayerPlan {
  attention: AttentionPlan;
  output: Projection;
  postAttentionNorm: NormPlan | null;
  /** Null: the network reads what attention read. */
  networkNorm: NormPlan | null;
  network: NetworkPlan | ExpertsPlan;
  postNetworkNorm: NormPlan | null;
}
