/**
 * A prompt on its way through a model, layer by layer: rows of the embedding, then for each layer attention and the feed-forward
 * network, each added to what passes through, at the end the scores of all tokens. Weights are read when they are needed and not
 * kept; of the prompt the vectors of all tokens are.
 */

import type { BlockSource } from '../io/block-source.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { roundedFor } from './activation-quantization.js';
import { activate } from './activations.js';
import { type AttentionState, mixed } from './attention-weights.js';
import { checkTokens, outputPlan, type TracedModel } from './computed-model.js';
import { chooseExperts } from './expert-router.js';
import { type Products, RowReader } from './matmul.js';
import { type Norm, normalized } from './normalize.js';
import type { AttentionPlan, ExpertsPlan, LayerPlan, NetworkPlan, NormPlan, Projection } from './plans.js';
import type { RopePlan } from './rope-plan.js';
import { type Angles, anglesOf, rotate } from './rotate.js';
import { addTo, makeVectors, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

/** What a layer did to the vector of the last token: lengths of the arrows. */
export interface LayerEffect {
  before: number;
  attention: number;
  network: number;
  after: number;
  /** The experts that the last token went through, most weight first. */
  experts?: readonly { expert: number; weight: number }[];
}

/** What reads and multiplies. */
export interface Means {
  source: BlockSource;
  products: Products;
}

export class PromptRun {
  /** The vectors of the tokens, as they leave the layers that are done. */
  residual: Vectors;
  private readonly model: TracedModel;
  private readonly means: Means;
  private readonly angles = new Map<string, Angles>();

  private constructor(model: TracedModel, means: Means, residual: Vectors) {
    this.model = model;
    this.means = means;
    this.residual = residual;
  }

  /** Looks the tokens up. Throws TraceError for ids that are none, and where data is missing. */
  static async begin(model: TracedModel, ids: readonly number[], means: Means): Promise<PromptRun> {
    checkTokens(model, ids);
    const { embedding, positions, numbers } = model;
    const residual = makeVectors(ids.length, numbers.embedding);
    const rows = new RowReader(means.source, embedding, 1);
    for (const [t, id] of ids.entries()) residual.values.set(await rows.read(id, 1), t * residual.length);
    if (numbers.architecture.scaledEmbedding) {
      const scale = Math.sqrt(numbers.embedding);
      for (let i = 0; i < residual.values.length; i++) residual.values[i] = (residual.values[i] as number) * scale;
    }
    if (positions !== null) {
      const table = new RowReader(means.source, positions, ids.length);
      addTo(residual.values, await table.read(0, ids.length));
    }
    return new PromptRun(model, means, residual);
  }

  /** Queries, keys and values of a layer for the vectors as they are. */
  async attention(plan: AttentionPlan): Promise<AttentionState> {
    const input = await this.normalized(this.residual, plan.norm);
    const [query, key, value] = await Promise.all(
      [plan.query, plan.key, plan.value].map((projection) => this.project(projection, input)),
    );
    const state = { plan, input, query, key, value } as AttentionState;
    const { length } = plan.heads;
    if (plan.queryNorm !== null) state.query = await this.normalized(state.query, plan.queryNorm, length);
    if (plan.keyNorm !== null) state.key = await this.normalized(state.key, plan.keyNorm, length);
    if (plan.rope !== null) {
      const angles = await this.anglesOf(plan.rope);
      rotate(state.query, length, plan.rope, angles);
      rotate(state.key, length, plan.rope, angles);
    }
    return state;
  }

  /** Takes the tokens through a layer whose attention was computed. */
  async layer(plan: LayerPlan, state: AttentionState): Promise<LayerEffect> {
    const { residual } = this;
    const last = () => vectorAt(residual, residual.count - 1);
    const before = normOf(last());
    let attended = await this.project(plan.output, mixed(state));
    if (plan.postAttentionNorm !== null) attended = await this.normalized(attended, plan.postAttentionNorm);
    addTo(residual.values, attended.values);
    const input = plan.networkNorm === null ? state.input : await this.normalized(residual, plan.networkNorm);
    const { result, experts } =
      'router' in plan.network
        ? await this.throughExperts(plan.network, input)
        : { result: await this.throughNetwork(plan.network, input), experts: undefined };
    const added = plan.postNetworkNorm === null ? result : await this.normalized(result, plan.postNetworkNorm);
    addTo(residual.values, added.values);
    const effect = {
      before,
      attention: normOf(vectorAt(attended, residual.count - 1)),
      network: normOf(vectorAt(added, residual.count - 1)),
      after: normOf(last()),
    };
    return experts === undefined ? effect : { ...effect, experts };
  }

  /** The scores of all tokens to come behind the last one. */
  async logits(): Promise<Float32Array> {
    const { norm, output } = outputPlan(this.model);
    const { residual, model } = this;
    const last: Vectors = { values: vectorAt(residual, residual.count - 1), length: residual.length, count: 1 };
    const { values } = await this.project(output, await this.normalized(last, norm));
    const { logitCap } = model.numbers.architecture;
    const cap = logitCap === undefined ? 0 : (model.numbers.float('final_logit_softcapping') ?? logitCap ?? 0);
    if (cap > 0) for (let i = 0; i < values.length; i++) values[i] = cap * Math.tanh((values[i] as number) / cap);
    return values;
  }

  private async throughNetwork(plan: NetworkPlan, input: Vectors): Promise<Vectors> {
    const [up, gate] = await Promise.all([
      this.project(plan.up, input),
      plan.gate === null ? null : this.project(plan.gate, input),
    ]);
    activate(plan.activation, gate?.values ?? null, up.values);
    return this.project(plan.down, up);
  }

  /** Each expert gets the tokens that chose it, together. */
  private async throughExperts(plan: ExpertsPlan, input: Vectors) {
    const logits = await this.project(plan.router, input);
    const scales = await Promise.all(plan.scales.map((scale) => (scale === null ? null : this.vector(scale))));
    const result = makeVectors(input.count, input.length);
    const chosen = Array.from({ length: input.count }, (_, t) =>
      chooseExperts(vectorAt(logits, t), plan.used, plan.weightScale),
    );
    const experts = [...new Set(chosen.flat().map(({ expert }) => expert))].sort((a, b) => a - b);
    for (const expert of experts) {
      const tokens = chosen.flatMap((own, token) =>
        own.filter((one) => one.expert === expert).map(({ weight }) => ({ token, weight })),
      );
      const own = makeVectors(tokens.length, input.length);
      for (const [i, { token }] of tokens.entries()) own.values.set(vectorAt(input, token), i * own.length);
      const [gateScale = 1, upScale = 1, downScale = 1] = scales.map((scale) => scale?.[expert] ?? 1);
      const network = plan.network(expert);
      const up = scaled(await this.project(network.up, own), upScale);
      const gate = scaled(await this.project(network.gate as Projection, own), gateScale);
      activate(network.activation, gate.values, up.values);
      const down = await this.project(network.down, up);
      for (const [i, { token, weight }] of tokens.entries()) {
        addTo(vectorAt(result, token), vectorAt(scaled({ ...down, values: vectorAt(down, i) }, downScale * weight), 0));
      }
    }
    return { result, experts: chosen.at(-1) };
  }

  /** Rows of a matrix times the vectors, then the scale and the bias where there are any. */
  private async project({ matrix, first, rows, scale, bias }: Projection, input: Vectors): Promise<Vectors> {
    const result = makeVectors(input.count, rows);
    await this.means.products.multiply({ matrix, first, rows }, roundedFor(matrix.type, input), result);
    if (scale !== null) scaled(result, (await this.vector(scale))[0] ?? 1);
    if (bias !== null) {
      const added = (await this.vector(bias)).subarray(first, first + rows);
      for (let t = 0; t < result.count; t++) addTo(vectorAt(result, t), added);
    }
    return result;
  }

  private async normalized(vectors: Vectors, plan: NormPlan, length?: number): Promise<Vectors> {
    const { kind, epsilon } = plan;
    const weight = await this.vector(plan.weight);
    const norm: Norm = { kind, epsilon, weight, bias: plan.bias === null ? null : await this.vector(plan.bias) };
    return normalized(vectors, norm, length);
  }

  private vector(stored: ReadableData): Promise<Float32Array> {
    return new RowReader(this.means.source, stored, 1).read(0, 1);
  }

  /** The angles are the same for most layers. */
  private async anglesOf(plan: RopePlan): Promise<Angles> {
    const { count } = this.residual;
    const stored = plan.factors;
    const key = JSON.stringify([plan.base, plan.positionScale, plan.dimensions]);
    const known = this.angles.get(key);
    if (known !== undefined) return known;
    const angles = anglesOf(plan, stored === null ? null : await this.vector(stored), count);
    this.angles.set(key, angles);
    return angles;
  }
}
