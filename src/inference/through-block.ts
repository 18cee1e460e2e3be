/** A block of a layer, computed: attention, a network, a recurrence, or what else a description names. */

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

/** Is told what happens inside of layers. */
export interface Watcher {
  attention?(state: AttentionState): void;
  /** What a block keeps in place of keys and values. */
  recurrence?(trace: StateTrace): void;
  experts?(layer: number, chosen: readonly (readonly Chosen[])[]): void;
}

/** What a layer did to the vector of the last token: lengths of the arrows. */
export interface LayerEffect {
  before: number;
  /** Of what attention, or the recurrence in its place, added; null where the layer has neither. */
  attention: number | null;
  /** Of what the feed-forward network added; null where the layer has none. */
  network: number | null;
  after: number;
  /** The experts that the last token went through, most score first. */
  experts?: readonly Chosen[];
}

/** What blocks need of a prompt on its way. */
export interface Running {
  readonly arithmetic: Arithmetic;
  readonly prompt: Prompt;
  readonly kept: Kept;
  /** What the encoder gave, for a decoder behind one. */
  readonly encoded: Vectors | null;
  /** Each layer's own vectors of the tokens, where the model has them. */
  readonly layerEmbeddings: Vectors | null;
  readonly residual: Vectors;
}

/** One layer on its way. */
export interface Walk {
  plan: LayerPlan;
  planner: Planner;
  watcher: Watcher;
  /** What the branches of the step read before their norms. */
  source: Vectors;
  layerInput: Vectors;
  /** What the last branch read, and the norm that it went through. */
  read: Vectors | null;
  norm: NormPlan | null;
  /** What attention added. */
  attention: Vectors | null;
  /** How the step reads several residual streams, and gives to them. */
  streams: MixedStreams | null;
  chosen: readonly (readonly Chosen[])[] | null;
  lengths: { mixing: number | null; network: number | null };
}

/** Blocks that work on each token by itself, or nearly so. */
export const NETWORKS: ReadonlySet<Block['kind']> = new Set([
  'feed-forward',
  'channel-mixing',
  'ngram-embedding',
  'conv-next',
]);

/** Blocks that are neither attention, or what stands in its place, nor a network. */
export const BESIDE: ReadonlySet<Block['kind']> = new Set(['laurel', 'layer-embedding']);

/** What a block makes of the vectors `input`. Throws TraceError where a tensor or number is missing or does not fit. */
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

/** Queries, keys and values of an attention for the vectors `input`. */
export function attentionIn(
  { arithmetic, kept, encoded }: Running,
  { planner, plan, norm }: Walk,
  block: SoftmaxBlock,
  input: Vectors,
): Promise<AttentionState> {
  return attentionState(arithmetic, planAttention(planner, plan, block, norm), input, kept, encoded);
}

/** What stands behind all steps of a layer; `first` is what the first layer read, where later ones add it again. */
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

/** What the branches of a step give together, normalized where the step has a norm for it; null without branches. */
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
