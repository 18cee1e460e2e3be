/**
 * Runs a prompt through a model, layer by layer: rows of the embedding, then the blocks of each layer, whose results are added to the
 * residual stream, and finally the scores of all tokens. Weights are read when they are needed and not kept; the vectors of all prompt
 * tokens are kept.
 */

import type { Branch, Step } from '../architectures/forward.js';
import { Arithmetic, type Means } from './arithmetic.js';
import { type Kept, noneKept } from './attend.js';
import type { AttentionState, HeadsState } from './attention-weights.js';
import { type CarriedVectors, carriedVectors } from './carried-vectors.js';
import { checkPredicts, checkTokens, outputNorm, outputPlan, type Pass, type TracedModel } from './computed-model.js';
import type { Chosen } from './expert-router.js';
import { giveToStreams, type MixedStreams, mixStreams, repeated } from './hyper-connections.js';
import { inputVectors } from './input-vectors.js';
import { layerEmbeddings } from './layer-embeddings.js';
import type { LayerPlan } from './plan.js';
import { attends } from './plan-attention.js';
import { planStreams } from './plan-hyper-connections.js';
import { ruled } from './planner.js';
import { pooledOf } from './pooling.js';
import { withPutAside } from './put-aside.js';
import type { Prompt } from './recurrence.js';
import { switched } from './switched-adapters.js';
import type { LayerEffect } from './through-block.js';
import {
  attentionIn,
  BESIDE,
  behindLayer,
  NETWORKS,
  type Running,
  sumOf,
  throughBlock,
  type Walk,
  type Watcher,
} from './through-block.js';
import { embeddingsOf, scoresOf } from './token-scores.js';
import { addTo, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

export class PromptRun implements Running {
  /** The vectors of the tokens after the layers computed so far. */
  residual: Vectors;
  /** The attention that selects each token's adapter, if the model has adapters that tokens switch on. */
  readonly router: HeadsState | null;
  private readonly model: TracedModel;
  readonly arithmetic: Arithmetic;
  readonly kept: Kept = noneKept();
  readonly prompt: Prompt;
  /** Vectors carried in addition to the residual stream; null in most models. */
  private carried: CarriedVectors | null = null;
  /** Copies of the residual stream that later blocks read in addition to the current one. */
  readonly aside: Vectors[] = [];
  /** The per-layer token embeddings, if the model has them. */
  layerEmbeddings: Vectors | null = null;
  /** The input of the first layer, if later layers add it again. */
  private first: Vectors | null = null;
  /** The current stack of layers. */
  private pass: Pass;
  /** The encoder's output, if a decoder attends to it. */
  encoded: Vectors | null = null;

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

  /** Looks up the token embeddings. Throws TraceError for invalid ids and for missing data. */
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

  /** Moves from the previous stack of layers into this one; does nothing for the first one. */
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
    this.residual = await behindLayer(this.arithmetic, walk, this.residual, this.first);
    if (this.carried !== null) this.residual = await this.carried.behind(plan.layer, this.residual);
    if (plan.shape.forOthers !== undefined) {
      walk.source = this.residual;
      this.carried?.addToOthers?.(await this.branch(walk, plan.shape.forOthers, true));
    }
    return {
      before,
      attention: walk.lengths.mixing,
      network: walk.lengths.network,
      after: this.lastLength(),
      ...(walk.chosen === null ? {} : { experts: walk.chosen.at(-1) as readonly Chosen[] }),
    };
  }

  /** Queries, keys and values of a layer for the current vectors; null if the layer has no softmax attention. */
  async attention(plan: LayerPlan): Promise<AttentionState | null> {
    const walk = await this.walk(plan, {});
    for (const step of plan.shape.steps) {
      walk.source = await this.sourceOf(walk, step);
      for (const [i, branch] of step.branches.entries()) {
        const input = await this.branchInput(walk, branch, i === 0);
        if (attends(branch.block)) return attentionIn(this, walk, branch.block, input);
      }
      await this.step(walk, step);
    }
    return null;
  }

  /** Scores (logits) of all tokens as the next one after the prompt. */
  async logits(): Promise<Float32Array> {
    checkPredicts(this.model);
    const { forward, view } = this.model.numbers;
    const mixesWith = ruled(forward.output.mixesWith, view(0)) ?? null;
    const left = (await this.carried?.merged?.()) ?? this.residual;
    const residual = mixesWith === null ? left : await this.mixed(mixesWith);
    const all: Vectors = { values: vectorAt(residual, residual.count - 1), length: residual.length, count: 1 };
    const { streams } = forward.output;
    const last = streams === undefined ? all : (await this.mixStreams(streams, all, { gives: false })).input;
    return (await this.scores(last)).values;
  }

  /** For each of the given residual-stream vectors: scores (logits) of all tokens, computed through the last norm. */
  scores(vectors: Vectors): Promise<Vectors> {
    return scoresOf(this.arithmetic, outputPlan(this.model), vectors);
  }

  /** The model's embeddings of the tokens: the vectors after the last norm, or features computed from them. */
  embeddings(): Promise<Vectors> {
    return embeddingsOf(this.arithmetic, this.model, this.residual);
  }

  /** One vector for the whole text; null if the model does not pool. `vectors` are its embeddings. */
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

  /** All branches of a step read the same input; their results are added together. */
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

  /** The result of a branch, to be added. */
  private async branch(walk: Walk, branch: Branch, first: boolean): Promise<Vectors> {
    const { planner, plan } = walk;
    const given = await throughBlock(this, walk, branch.block, await this.branchInput(walk, branch, first));
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

  /** The input of a step's branches before their norms; a copy if the residual stream is put aside. */
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

  private mixed(scores: string): Promise<Vectors> {
    return withPutAside(this.arithmetic, this.model.planner, scores, this);
  }

  private async addAll(walk: Walk, step: Step, added: readonly Vectors[]): Promise<void> {
    const sum = await sumOf(this.arithmetic, walk, step, added);
    if (sum === null) return;
    if (step.streams !== undefined && walk.streams !== null) {
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

  private lastLength(): number {
    return normOf(vectorAt(this.residual, this.residual.count - 1));
  }
}
