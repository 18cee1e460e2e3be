/**
 * A prompt on its way through a model, layer by layer: rows of the embedding, then the blocks of each layer, each added to what passes
 * through, at the end the scores of all tokens. Weights are read when they are needed and not kept; of the prompt the vectors of all
 * tokens are.
 */

import type { Block, Branch, Step } from '../architectures/forward.js';
import { Arithmetic, type Means } from './arithmetic.js';
import { attended, attentionState, type Kept, noneKept } from './attend.js';
import type { AttentionState, HeadsState } from './attention-weights.js';
import { type CarriedVectors, carriedVectors } from './carried-vectors.js';
import { checkTokens, featuresPlan, outputNorm, outputPlan, type Pass, type TracedModel } from './computed-model.js';
import { throughConvolutions } from './convolution-block.js';
import type { Chosen } from './expert-router.js';
import { fedForward } from './feed-forward.js';
import { giveToStreams, type MixedStreams, mixStreams, repeated } from './hyper-connections.js';
import { inputVectors } from './input-vectors.js';
import { withLaurel } from './laurel.js';
import { layerEmbeddings, withLayerEmbedding } from './layer-embeddings.js';
import type { LayerPlan, NormPlan } from './plan.js';
import { attends, planAttention, type SoftmaxBlock } from './plan-attention.js';
import { planFeedForward } from './plan-feed-forward.js';
import { planStreams } from './plan-hyper-connections.js';
import { type Planner, ruled } from './planner.js';
import { pooledOf } from './pooling.js';
import { mixedStreams } from './put-aside.js';
import { type Prompt, throughRecurrence } from './recurrence.js';
import type { StateTrace } from './state-trace.js';
import { switched } from './switched-adapters.js';
import { addTo, makeVectors, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

/** The largest number in 32 bits. */
const MOST_FLOAT = 3.4028234663852886e38;

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

/** Is told what happens inside of layers. */
export interface Watcher {
  attention?(state: AttentionState): void;
  /** What a block keeps in place of keys and values. */
  recurrence?(trace: StateTrace): void;
  experts?(layer: number, chosen: readonly (readonly Chosen[])[]): void;
}

export class PromptRun {
  /** The vectors of the tokens, as they leave the layers that are done. */
  residual: Vectors;
  /** The attention that finds each token's adapter, where tokens switch adapters on. */
  readonly router: HeadsState | null;
  private readonly model: TracedModel;
  private readonly arithmetic: Arithmetic;
  private readonly kept: Kept = noneKept();
  private readonly prompt: Prompt;
  /** What is carried beside the residual stream; null in most models. */
  private carried: CarriedVectors | null = null;
  /** Residual streams that later blocks read beside the present one. */
  private readonly aside: Vectors[] = [];
  /** Each layer's own vectors of the tokens, where the model has them. */
  private layerEmbeddings: Vectors | null = null;
  /** What the first layer read, where later ones add it again. */
  private first: Vectors | null = null;
  /** The stack of layers that the tokens are in. */
  private pass: Pass;
  /** What the encoder made of the prompt, where a decoder attends to it. */
  private encoded: Vectors | null = null;

  private constructor(
    model: TracedModel,
    arithmetic: Arithmetic,
    ids: readonly number[],
    residual: Vectors,
    router: HeadsState | null,
  ) {
    this.model = model;
    this.arithmetic = arithmetic;
    this.residual = residual;
    this.pass = model.passes[0] as Pass;
    this.prompt = { first: { values: null }, ids };
    this.router = router;
  }

  /** Looks the tokens up. Throws TraceError for ids that are none, and where data is missing. */
  static async begin(model: TracedModel, ids: readonly number[], means: Means): Promise<PromptRun> {
    checkTokens(model, ids);
    const arithmetic = new Arithmetic(means);
    const [{ planner }] = model.passes as [Pass];
    const { adapters, numbers } = planner;
    const switching = adapters === null ? null : switched(adapters, numbers.layers, ids);
    arithmetic.places = switching?.places ?? [];
    const residual = await inputVectors(arithmetic, model, planner, switching?.ids ?? ids);
    const all = numbers.streams === 1 ? residual : repeated(residual, numbers.streams);
    const run = new PromptRun(model, arithmetic, ids, all, switching?.router ?? null);
    run.layerEmbeddings = await layerEmbeddings(arithmetic, planner, { ids, rows: residual });
    run.carried = await carriedVectors(arithmetic, planner, residual);
    return run;
  }

  /** Goes on into a stack of layers, from the one before it; nothing happens for the first one. */
  async enter(pass: Pass): Promise<void> {
    const { model, arithmetic } = this;
    if (pass === this.pass) return;
    const norm = outputNorm(this.pass.planner);
    this.pass = pass;
    if (norm !== null) this.residual = await arithmetic.normalized(this.residual, norm);
    if (model.decoderStart === null) return;
    this.encoded = this.residual;
    this.kept.keys.clear();
    checkTokens(model, [model.decoderStart]);
    this.residual = await inputVectors(arithmetic, model, pass.planner, [model.decoderStart]);
  }

  /** Takes the tokens through a layer. */
  async layer(plan: LayerPlan, watcher: Watcher = {}): Promise<LayerEffect> {
    const walk = await this.walk(plan, watcher);
    const before = this.lastLength();
    if (plan.shape.addsInput !== undefined) this.first ??= walk.layerInput;
    for (const step of plan.shape.steps) await this.step(walk, step);
    scaled(this.residual, ruled(plan.shape.outputScale, plan.view) ?? 1);
    await this.behindLayer(walk);
    return {
      before,
      attention: walk.lengths.mixing,
      network: walk.lengths.network,
      after: this.lastLength(),
      ...(walk.chosen === null ? {} : { experts: walk.chosen.at(-1) as readonly Chosen[] }),
    };
  }

  /** Queries, keys and values of a layer for the vectors as they are; null where the layer has no softmax attention. */
  async attention(plan: LayerPlan): Promise<AttentionState | null> {
    const walk = await this.walk(plan, {});
    for (const step of plan.shape.steps) {
      walk.source = await this.sourceOf(walk, step);
      for (const [i, branch] of step.branches.entries()) {
        const input = await this.branchInput(walk, branch, i === 0);
        if (attends(branch.block)) return this.attentionOf(walk, branch.block, input);
      }
      await this.step(walk, step);
    }
    return null;
  }

  /** The scores of all tokens to come behind the last one. */
  async logits(): Promise<Float32Array> {
    const { norm, output, scale, cap, suppressed } = outputPlan(this.model);
    const { arithmetic } = this;
    const { forward, view } = this.model.numbers;
    const mixesWith = ruled(forward.output.mixesWith, view(0)) ?? null;
    const left = (await this.carried?.merged?.()) ?? this.residual;
    const residual = mixesWith === null ? left : await this.mixed(mixesWith);
    const all: Vectors = { values: vectorAt(residual, residual.count - 1), length: residual.length, count: 1 };
    const { streams } = forward.output;
    const last = streams === undefined ? all : (await this.mixStreams(streams, all, { gives: false })).input;
    const scores = await arithmetic.project(output, norm === null ? last : await arithmetic.normalized(last, norm));
    const { values } = scaled(scores, scale);
    if (cap > 0) for (let i = 0; i < values.length; i++) values[i] = cap * Math.tanh((values[i] as number) / cap);
    if (suppressed !== null) values.fill(-MOST_FLOAT, ...suppressed);
    return values;
  }

  /** The vectors of the tokens as the model gives them: behind the last norm, or features made of them. */
  async embeddings(): Promise<Vectors> {
    const { model, arithmetic, residual } = this;
    const norm = outputNorm(model.planner);
    const normed = norm === null ? residual : await arithmetic.normalized(residual, norm);
    const features = featuresPlan(model);
    return features === null ? normed : arithmetic.project(features, normed);
  }

  /** One vector of the whole text; null where the model does not pool. `vectors` are its embeddings. */
  pooled(vectors: Vectors): Promise<Float32Array | null> {
    return pooledOf(this.arithmetic, this.model.planner, vectors, this.model.pooling);
  }

  private async walk(plan: LayerPlan, watcher: Watcher): Promise<Walk> {
    if (this.carried !== null) this.residual = await this.carried.before(plan.layer, this.residual);
    return {
      plan,
      watcher,
      planner: this.pass.planner,
      source: this.residual,
      layerInput: { ...this.residual, values: this.residual.values.slice() },
      ...{ read: null, norm: null, attention: null, chosen: null, streams: null },
      lengths: { mixing: null, network: null },
    };
  }

  private async behindLayer(walk: Walk): Promise<void> {
    const { planner } = walk;
    const { layer, shape } = walk.plan;
    const { arithmetic, residual, first } = this;
    const scale =
      shape.storedOutputScale === undefined ? undefined : `${planner.name(layer, shape.storedOutputScale)}.weight`;
    if (scale !== undefined && planner.tensors.has(scale)) {
      scaled(residual, (await arithmetic.vector(planner.tensors.vector(scale, 1)))[0] as number);
    }
    if (shape.addsInput !== undefined && first !== null) {
      const factor = await arithmetic.vector(
        planner.tensors.vector(`${planner.name(layer, shape.addsInput)}.weight`, 1),
      );
      addTo(residual.values, scaled({ ...first, values: first.values.slice() }, factor[0] as number).values);
    }
    if (shape.normBehind !== undefined) {
      this.residual = await arithmetic.normalized(residual, planner.norm(shape.normBehind, residual.length));
    }
    if (this.carried !== null) this.residual = await this.carried.behind(layer, this.residual);
    if (shape.forOthers !== undefined) {
      walk.source = this.residual;
      this.carried?.addToOthers?.(await this.branch(walk, shape.forOthers, true));
    }
  }

  /** All branches of a step read the same, and are then added together. */
  private async step(walk: Walk, step: Step): Promise<void> {
    const { residual, arithmetic } = this;
    const { planner, plan } = walk;
    const { embedding } = planner.numbers;
    const added: Vectors[] = [];
    walk.source = await this.sourceOf(walk, step);
    if (ruled(step.putsAside, plan.view) === true) {
      this.aside.push({ ...residual, values: residual.values.slice() });
      residual.values.fill(0);
    }
    for (const [i, branch] of step.branches.entries()) {
      added.push(await this.branch(walk, branch, i === 0));
    }
    if (step.residualIsNormed && walk.read !== null) residual.values.set(walk.read.values);
    scaled(residual, ruled(step.residualScale, plan.view) ?? 1);
    await this.addAll(walk, step, added);
    if (step.normBehindSum !== undefined) {
      const norm = planner.norm(planner.name(plan.layer, step.normBehindSum), embedding);
      this.residual = await arithmetic.normalized(residual, norm);
    }
  }

  /** What a branch adds. */
  private async branch(walk: Walk, branch: Branch, first: boolean): Promise<Vectors> {
    const { planner, plan } = walk;
    const given = await this.block(walk, branch, await this.branchInput(walk, branch, first));
    const post = planner.postNorm(plan, branch);
    const result = post === null ? given : await this.arithmetic.normalized(given, post);
    scaled(result, ruled(branch.scale, plan.view) ?? 1);
    const { kind } = branch.block;
    if (BESIDE.has(kind)) return result;
    const own = NETWORKS.has(kind) ? 'network' : 'mixing';
    if (own === 'mixing') walk.attention = result;
    walk.lengths[own] = normOf(vectorAt(result, result.count - 1));
    return result;
  }

  /** What the branches of a step read before their norms: a copy where the residual stream is put aside. */
  private async sourceOf(walk: Walk, { mixesWith, putsAside, streams }: Step): Promise<Vectors> {
    const { plan, planner } = walk;
    if (streams !== undefined) {
      walk.streams = await this.mixStreams(planner.name(plan.layer, streams), this.residual, { gives: true });
      return walk.streams.input;
    }
    const mixed = mixesWith === undefined ? this.residual : await this.mixed(planner.name(plan.layer, mixesWith));
    const lost = mixed === this.residual && ruled(putsAside, plan.view) === true;
    return lost ? { ...mixed, values: mixed.values.slice() } : mixed;
  }

  private mixStreams(name: string, all: Vectors, { gives }: { gives: boolean }): Promise<MixedStreams> {
    const { planner, numbers } = this.model;
    return mixStreams(this.arithmetic, planStreams(planner, name, gives), all, numbers.streams);
  }

  private async mixed(scores: string): Promise<Vectors> {
    const norm = await this.arithmetic.norm(this.model.planner.norm(scores, this.residual.length, { kind: 'rms' }));
    return mixedStreams(this.aside, this.residual, norm);
  }

  private async addAll(walk: Walk, { normOfSum, streams }: Step, added: readonly Vectors[]): Promise<void> {
    const { planner, plan } = walk;
    const [first, ...others] = added;
    if (first === undefined) return;
    for (const { values } of others) addTo(first.values, values);
    const norm = normOfSum === undefined ? null : planner.norm(planner.name(plan.layer, normOfSum), first.length);
    const sum = norm === null ? first : await this.arithmetic.normalized(first, norm);
    if (streams !== undefined && walk.streams !== null) {
      this.residual = giveToStreams(this.residual, walk.streams, sum);
    } else addTo(this.residual.values, sum.values);
  }

  private async branchInput(walk: Walk, branch: Branch, first: boolean): Promise<Vectors> {
    const norm = walk.planner.branchNorm(walk.plan, branch, first);
    if (norm === 'before') return walk.read as Vectors;
    walk.norm = norm;
    const source = branch.reads === 'layer-input' ? walk.layerInput : walk.source;
    walk.read = norm === null ? source : await this.arithmetic.normalized(source, norm);
    return walk.read;
  }

  private async block(walk: Walk, branch: Branch, input: Vectors): Promise<Vectors> {
    const { arithmetic } = this;
    const { planner, plan, watcher } = walk;
    const { block } = branch;
    switch (block.kind) {
      case 'attention':
      case 'latent-attention':
      case 'compressed-attention': {
        const state = await this.attentionOf(walk, block, input);
        watcher.attention?.(state);
        return attended(arithmetic, state);
      }
      case 'feed-forward': {
        const { layerInput, attention } = walk;
        const inputs = { ids: this.prompt.ids, input, residual: this.residual, layerInput, attention };
        const { result, chosen } = await fedForward(arithmetic, planFeedForward(planner, plan, block), inputs);
        if (chosen !== null) {
          walk.chosen = chosen;
          watcher.experts?.(plan.layer, chosen);
        }
        return result;
      }
      case 'layer-embedding': {
        const all = this.layerEmbeddings ?? makeVectors(input.count, 0);
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
        const { result, trace } = await throughRecurrence(arithmetic, planner, plan, block, input, this.prompt);
        watcher.recurrence?.(trace);
        return result;
      }
    }
  }

  private attentionOf({ planner, plan, norm }: Walk, block: SoftmaxBlock, input: Vectors): Promise<AttentionState> {
    return attentionState(this.arithmetic, planAttention(planner, plan, block, norm), input, this.kept, this.encoded);
  }

  private lastLength(): number {
    return normOf(vectorAt(this.residual, this.residual.count - 1));
  }
}

/** Blocks that work on each token by itself, or nearly so. */
const NETWORKS: ReadonlySet<Block['kind']> = new Set([
  'feed-forward',
  'channel-mixing',
  'ngram-embedding',
  'conv-next',
]);

/** Blocks that are neither attention, or what stands in its place, nor a network. */
const BESIDE: ReadonlySet<Block['kind']> = new Set(['laurel', 'layer-embedding']);

/** One layer on its way. */
interface Walk {
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
