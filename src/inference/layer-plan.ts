/** A layer as its architecture's row and the file's tensors make it: which matrices, norms and rotation, all of them checked. */

import { atLayer } from '../model/hyperparameters.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { type Heads, headsOf, MOST_WIDTH, type Numbers, within } from './config.js';
import { TraceError } from './inference-error.js';
import type { AttentionPlan, ExpertsPlan, LayerPlan, NetworkPlan, NormPlan, Projection } from './plans.js';
import { ropeOf } from './rope-plan.js';
import type { StoredTensors } from './stored-tensors.js';

export class LayerPlanner {
  readonly numbers: Numbers;
  readonly tensors: StoredTensors;

  constructor(numbers: Numbers, tensors: StoredTensors) {
    this.numbers = numbers;
    this.tensors = tensors;
  }

  /** What attention needs, and nothing else. Throws TraceError. */
  attention(layer: number): AttentionPlan {
    const { numbers, tensors } = this;
    const { architecture, embedding } = numbers;
    if (layer >= numbers.layers) {
      throw new TraceError('no-layer', `there is no layer ${layer}: the model has ${numbers.layers}, counted from 0`);
    }
    const name = (part: string) => `blk.${layer}.${part}`;
    const heads = headsOf(numbers, layer);
    const widths = {
      q: heads.count * heads.length,
      k: heads.countKv * heads.length,
      v: heads.countKv * heads.valueLength,
    };
    for (const width of Object.values(widths)) within(numbers.name, 'attention.head_count', width, MOST_WIDTH);
    const fused = tensors.has(name('attn_qkv.weight'));
    const together = widths.q + widths.k + widths.v;
    const part = (own: 'q' | 'k' | 'v', first: number): Projection =>
      fused
        ? this.projection(name('attn_qkv'), embedding, { first, rows: widths[own], of: together })
        : this.projection(name(`attn_${own}`), embedding, { rows: widths[own] });
    const isLocal = architecture.window !== undefined && this.hasWindow(layer);
    return {
      ...{ layer, heads, norm: this.norm(name('attn_norm'), embedding) },
      ...{ query: part('q', 0), key: part('k', widths.q), value: part('v', widths.q + widths.k) },
      queryNorm: this.headNorm(name('attn_q_norm'), heads.length, heads.count),
      keyNorm: this.headNorm(name('attn_k_norm'), heads.length, heads.countKv),
      rope: architecture.rope === null ? null : ropeOf(numbers, tensors, heads.length, isLocal),
      scale: this.scoreScale(heads),
      cap:
        architecture.scoreCap === undefined ? null : (numbers.float('attn_logit_softcapping') ?? architecture.scoreCap),
      window: isLocal ? this.windowLength() : null,
    };
  }

  layer(layer: number): LayerPlan {
    const { numbers, tensors } = this;
    const { architecture, embedding } = numbers;
    const attention = this.attention(layer);
    const { count, valueLength } = attention.heads;
    const name = (part: string) => `blk.${layer}.${part}`;
    const hasNetworkNorm = architecture.parallel === undefined || tensors.has(name('ffn_norm.weight'));
    const post = architecture.postNorms === true;
    return {
      attention,
      output: this.projection(name('attn_output'), count * valueLength, { rows: embedding }),
      postAttentionNorm: post ? this.norm(name('post_attention_norm'), embedding) : null,
      networkNorm: hasNetworkNorm ? this.norm(name('ffn_norm'), embedding) : null,
      network: this.hasExperts(name) ? this.experts(name) : this.network(name, layer),
      postNetworkNorm: post ? this.norm(name('post_ffw_norm'), embedding) : null,
    };
  }

  norm(name: string, length: number): NormPlan {
    const { tensors, numbers } = this;
    const weight = tensors.vector(`${name}.weight`, length);
    const bias = tensors.vectorOrNull(`${name}.bias`, length);
    return { kind: numbers.architecture.norm, epsilon: numbers.epsilon, weight, bias };
  }

  /** Rows of a matrix with their scale and bias; `of` is how many the matrix has where it holds more than these. */
  projection(
    name: string,
    length: number,
    { first = 0, rows, of = rows }: { first?: number; rows: number; of?: number },
  ): Projection {
    const { tensors } = this;
    return {
      matrix: tensors.matrix(`${name}.weight`, length, of),
      ...{ first, rows },
      scale: tensors.vectorOrNull(`${name}.scale`, 1),
      bias: tensors.vectorOrNull(`${name}.bias`, of),
    };
  }

  private headNorm(name: string, length: number, count: number): NormPlan | null {
    const { numbers, tensors } = this;
    const wanted = numbers.architecture.headNorm;
    if (wanted === undefined || (wanted.optional && !tensors.has(`${name}.weight`))) return null;
    // One weight for all heads, or, under LayerNorm, one for each head.
    const weight = tensors.vector(`${name}.weight`, wanted.kind === 'layer' ? length * count : length);
    return { kind: wanted.kind, epsilon: numbers.epsilon, weight, bias: null };
  }

  private scoreScale({ count, length }: Heads): number {
    const { architecture, layers, embedding } = this.numbers;
    const d = architecture.scaleByEmbeddingAt === layers ? Math.max(1, Math.floor(embedding / count)) : length;
    return 1 / Math.sqrt(d);
  }

  /** Whether a layer sees a window of the last tokens: all but every so-manieth (llama_hparams::set_swa_pattern). */
  private hasWindow(layer: number): boolean {
    if (this.windowLength() === null) return false;
    const period =
      this.numbers.count('attention.sliding_window_pattern') ?? this.numbers.architecture.window?.period ?? 1;
    return period === 0 || layer % period < period - 1;
  }

  private windowLength(): number | null {
    const length = this.numbers.count('attention.sliding_window') ?? this.numbers.architecture.window?.length ?? null;
    return length === null || length === 0 ? null : length;
  }

  private hasExperts(name: (part: string) => string): boolean {
    const { architecture } = this.numbers;
    if (architecture.experts === undefined) return false;
    return architecture.experts === 'always' || this.tensors.has(name('ffn_gate_inp.weight'));
  }

  private network(name: (part: string) => string, layer: number): NetworkPlan {
    const { architecture, embedding, hyperparameters, name: prefix } = this.numbers;
    const width = within(prefix, 'feed_forward_length', atLayer(hyperparameters.feedForwardLength, layer), MOST_WIDTH);
    const { activation, feedForward } = architecture;
    const down = this.projection(name('ffn_down'), width, { rows: embedding });
    if (feedForward === 'gate-in-up') {
      const half = (first: number) => this.projection(name('ffn_up'), embedding, { first, rows: width, of: 2 * width });
      return { activation, gate: half(0), up: half(width), down };
    }
    const up = this.projection(name('ffn_up'), embedding, { rows: width });
    const gate = feedForward === 'gate' ? this.projection(name('ffn_gate'), embedding, { rows: width }) : null;
    return { activation, gate, up, down };
  }

  private experts(name: (part: string) => string): ExpertsPlan {
    const { numbers, tensors } = this;
    const { embedding, hyperparameters, architecture } = numbers;
    const count = within(numbers.name, 'expert_count', hyperparameters.expertCount, 65_536);
    const used = within(numbers.name, 'expert_used_count', hyperparameters.expertUsedCount, count);
    const router = this.projection(name('ffn_gate_inp'), embedding, { rows: count });
    const width = within(numbers.name, 'expert_feed_forward_length', this.expertWidth(used), MOST_WIDTH);
    const stack = (part: string, length: number, rows: number) =>
      tensors.experts(name(`ffn_${part}_exps.weight`), length, rows, count);
    const [gate, up] = [stack('gate', embedding, width), stack('up', embedding, width)];
    const down = stack('down', width, embedding);
    const scale = numbers.float('expert_weights_scale') ?? 0;
    const of = (matrix: ReadableData, expert: number, rows: number): Projection => ({
      ...{ matrix, first: expert * rows, rows, scale: null, bias: null },
    });
    return {
      ...{ router, count, used, weightScale: scale === 0 ? 1 : scale },
      network: (expert) => ({
        activation: architecture.activation,
        gate: of(gate, expert, width),
        up: of(up, expert, width),
        down: of(down, expert, embedding),
      }),
      scales: ['gate', 'up', 'down'].map((part) => tensors.vectorOrNull(name(`ffn_${part}_exps.scale`), count)),
    };
  }

  private expertWidth(used: number): number | null {
    const { numbers } = this;
    const all = atLayer(numbers.hyperparameters.feedForwardLength, 0);
    if (numbers.architecture.experts !== 'always') return all;
    const own = numbers.count('expert_feed_forward_length');
    return own !== undefined && own > 0 ? own : all === null ? null : Math.floor(all / used);
  }
}
