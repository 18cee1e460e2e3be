/** Computes a block of a layer: attention, a network, a recurrence, or another kind that a description names. */

import type { Block, Step } from '../architectures/forward.js';
import type { Arithmetic } from './arithmetic.js';
import { attended, attentionState, type Kept } from './attend.js';
import type { AttentionState } from './attention-weights.js';
import { throughConvolutions } from './convolution-block.js';
import type { Chosen } from './expert-router.js';
import { fedForward } from './feed-forward.js';
import type { MixedStreams } from './hyper-connections.js';
import { withLaurel } from './laurel.js';
import { withLayerEmbedding } from './layer-embeddings.js';
import type { LayerPlan, NormPlan } from './plan.js';
import { planAttention, type SoftmaxBlock } from './plan-attention.js';
import { planFeedForward } from './plan-feed-forward.js';
import type { Planner } from './planner.js';
import { type Prompt, throughRecurrence } from './recurrence.js';
import type { StateTrace } from './state-trace.js';
import { addTo, makeVectors, scaled, type Vectors } from './vectors.js';

/** Called with what happens inside layers. */
export interface Watcher {
  attention?(state: AttentionState): void;
  /** The state that a block keeps instead of keys and values. */
  recurrence?(trace: StateTrace): void;
  experts?(layer: number, chosen: readonly (readonly Chosen[])[]): void;
}

/** What a layer did to the vector of the last token, as vector lengths. */
export interface LayerEffect {
  before: number;
  /** Length of what attention, or the recurrence that replaces it, added; null if the layer has neither. */
  attention: number | null;
  /** Length of what the feed-forward network added; null if the layer has none. */
  network: number | null;
  after: number;
  /** The experts that the last token went through, highest score first. */
  experts?: readonly Chosen[];
}

/** What blocks need from the prompt's run. */
export interface Running {
  readonly arithmetic: Arithmetic;
  readonly prompt: Prompt;
  readonly kept: Kept;
  /** The encoder's output, for a decoder. */
  readonly encoded: Vectors | null;
  /** The per-layer token embeddings, if the model has them. */
  readonly layerEmbeddings: Vectors | null;
  readonly residual: Vectors;
}

/** The state of one layer while it is computed. */
export interface Walk {
  plan: LayerPlan;
  planner: Planner;
  watcher: Watcher;
  /** The input of the step's branches, before their norms. */
  source: Vectors;
  layerInput: Vectors;
  /** The input of the last branch, and the norm that was applied to it. */
  read: Vectors | null;
  norm: NormPlan | null;
  attention: Vectors | null;
  /** How the step reads and updates several residual streams. */
  streams: MixedStreams | null;
  chosen: readonly (readonly Chosen[])[] | null;
  lengths: { mixing: number | null; network: number | null };
}

/** Blocks that process each token separately, or nearly so. */
export const NETWORKS: ReadonlySet<Block['kind']> = new Set([
  'feed-forward',
  'channel-mixing',
  'ngram-embedding',
  'conv-next',
]);

/** Blocks that are neither attention (or its replacement) nor a network. */
export const BESIDE: ReadonlySet<Block['kind']> = new Set(['laurel', 'layer-embedding']);

/** The result of a block for the vectors `input`. Throws TraceError where a tensor or number is missing or does not fit. */
export async function throughBlock(run: Running, walk: Walk, block: Block, input: Vectors): Promise<Vectors> {
  const { arithmetic } = run;
  const { planner, plan, watcher } = walk;
  switch (block.kind) {
    case 'attention':
    case 'latent-attention':
    case 'compressed-attention': {
      const state = await attentionIn(run, walk, block, input);
      watcher.attention?.(state);
      return attended(arithmetic, state);
    }
    case 'feed-forward': {
      const { layerInput, attention } = walk;
      const inputs = { ids: run.prompt.ids, input, residual: run.residual, layerInput, attention };
      const { result, chosen } = await fedForward(arithmetic, planFeedForward(planner, plan, block), inputs);
      if (chosen !== null) {
        walk.chosen = chosen;
        watcher.experts?.(plan.layer, chosen);
      }
      return result;
    }
    case 'layer-embedding': {
      const all = run.layerEmbeddings ?? makeVectors(input.count, 0);
      return withLayerEmbedding(arithmetic, planner, { layer: plan.layer, block, all }, input);
    }
    case 'identity':
      return { ...input, values: input.values.slice() };
    case 'convolutions':
    case 'conv-next':
      return throughConvolutions(arithmetic, planner, plan, block, input);
    case 'laurel':
      return withLaurel(arithmetic, planner, plan.layer, input);
    case 'linear': {
      const name = planner.name(plan.layer, block.tensor);
      return arithmetic.project(planner.projection(name, input.length, { rows: input.length }), input);
    }
    default: {
      const { result, trace } = await throughRecurrence(arithmetic, planner, plan, block, input, run.prompt);
      watcher.recurrence?.(trace);
      return result;
    }
  }
}

/** Queries, keys and values of an attention block for the vectors `input`. */
export function attentionIn(
  { arithmetic, kept, encoded }: Running,
  { planner, plan, norm }: Walk,
  block: SoftmaxBlock,
  input: Vectors,
): Promise<AttentionState> {
  return attentionState(arithmetic, planAttention(planner, plan, block, norm), input, kept, encoded);
}

/** What follows the steps of a layer; `first` is the first layer's input, if later layers add it again. */
export async function behindLayer(
  arithmetic: Arithmetic,
  { plan: { layer, shape }, planner }: Walk,
  residual: Vectors,
  first: Vectors | null,
): Promise<Vectors> {
  const { tensors } = planner;
  const stored = async (part: string) =>
    (await arithmetic.vector(tensors.vector(`${planner.name(layer, part)}.weight`, 1)))[0] as number;
  const { storedOutputScale: scale, addsInput, normBehind } = shape;
  if (scale !== undefined && tensors.has(`${planner.name(layer, scale)}.weight`)) scaled(residual, await stored(scale));
  if (addsInput !== undefined && first !== null) {
    addTo(residual.values, scaled({ ...first, values: first.values.slice() }, await stored(addsInput)).values);
  }
  return normBehind === undefined
    ? residual
    : arithmetic.normalized(residual, planner.norm(normBehind, residual.length));
}

/** The sum of a step's branches, normalized if the step has a norm for it; null without branches. */
export async function sumOf(
  arithmetic: Arithmetic,
  { planner, plan }: Walk,
  { normOfSum }: Step,
  [first, ...others]: readonly Vectors[],
): Promise<Vectors | null> {
  if (first === undefined) return null;
  for (const { values } of others) addTo(first.values, values);
  if (normOfSum === undefined) return first;
  return arithmetic.normalized(first, planner.norm(planner.name(plan.layer, normOfSum), first.length));
}
