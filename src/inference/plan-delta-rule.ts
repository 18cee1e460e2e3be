/** Plans the gated delta rule of a layer, with one decay for each head or one for each row of a head's state (KDA). */

import type { DeltaRule, KimiDelta } from '../architectures/recurrence.js';
import { atLayer } from '../model/hyperparameters.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { type ConvolutionPlan, planConvolution } from './causal-convolution.js';
import { TraceError } from './inference-error.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import { type Planner, ruled } from './planner.js';

/** The position of a part of a product: in each of `groups` stretches, `length` numbers from index `first` on. */
export interface Part {
  first: number;
  length: number;
  groups: number;
}

export interface DeltaRulePlan {
  /** Length of a head's key and value, which are equal. */
  length: number;
  heads: number;
  /** Number of query and key heads, and how the heads share them: `turn`: round robin; `row`: equal groups of consecutive heads. */
  keyHeads: number;
  sharing: 'turn' | 'row';
  /** Query, key and value, and the gate if the same matrix produces it. */
  into:
    | { kind: 'one'; matrix: Projection; convolution: ConvolutionPlan; parts: readonly Part[]; gate: Part | null }
    | { kind: 'three'; each: readonly { matrix: Projection; convolution: ConvolutionPlan }[] };
  /** Beta: from a matrix that also produces the decay, or from its own. */
  beta: { matrix: Projection; part: Part | null };
  /** From the token's vector to the decay: one matrix, or two in sequence, then the bias. */
  decay: { matrices: readonly Projection[]; part: Part | null; bias: ReadableData };
  /** Factor on the logarithm of the decay, one for each head. */
  rates: ReadableData;
  /** The logarithm is rate × softplus(x), or bound × σ(sign × rate × x). */
  bound: { least: number; sign: 1 | -1 } | null;
  gate: { matrices: readonly Projection[]; function: 'silu' | 'sigmoid' };
  /** Epsilon of the L2 norm of queries and keys. */
  epsilon: number;
  norm: NormPlan;
  out: Projection;
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planDeltaRule(planner: Planner, { layer, view }: LayerPlan, block: DeltaRule): DeltaRulePlan {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, part);
  const sized = (key: string, most: number) => planner.length(`ssm.${key}`, view.number(`ssm.${key}`), most);
  const [length, heads] = [sized('state_size', MOST_WIDTH), sized('time_step_rank', MOST_HEADS)];
  const [keyHeads, inner] = [sized('group_count', MOST_HEADS), sized('inner_size', MOST_WIDTH)];
  if (heads * length !== inner || heads % keyHeads !== 0) {
    throw new TraceError(
      'missing-number',
      `${inner} numbers are not ${heads} heads of ${length} in ${keyHeads} groups`,
    );
  }
  const shared = heads / keyHeads;
  const channels = 2 * keyHeads * length + inner;
  const joined = !tensors.has(`${name('attn_qkv')}.weight`);
  const together = tensors.has(`${name('ssm_ba')}.weight`);
  const small = (first: number): Part | null => (together ? { first, length: shared, groups: keyHeads } : null);
  const ofHeads = (part: string) =>
    planner.projection(name(together ? 'ssm_ba' : part), embedding, { rows: together ? 2 * heads : heads });
  const convolution = planConvolution(planner, name('ssm_conv1d'), sized('conv_kernel', MOST_HEADS), channels);
  const part = (first: number, size: number): Part => ({ first, length: size, groups: keyHeads });
  const whole = (first: number, size: number): Part => ({ first, length: size, groups: 1 });
  return {
    ...{ length, heads, keyHeads, sharing: block.sharing },
    into: joined
      ? {
          ...{ kind: 'one', convolution },
          matrix: planner.projection(name('ssm_in'), embedding, { rows: channels + inner }),
          parts: [part(0, length), part(length, length), part(2 * length, shared * length)],
          gate: part((2 + shared) * length, shared * length),
        }
      : {
          ...{ kind: 'one', convolution, gate: null },
          matrix: planner.projection(name('attn_qkv'), embedding, { rows: channels }),
          parts: [
            whole(0, keyHeads * length),
            whole(keyHeads * length, keyHeads * length),
            whole(2 * keyHeads * length, inner),
          ],
        },
    beta: { matrix: ofHeads('ssm_beta'), part: small(0) },
    decay: {
      matrices: [ofHeads('ssm_alpha')],
      part: small(shared),
      bias: tensors.vector(`${name('ssm_dt')}.bias`, heads),
    },
    rates: tensors.vector(name('ssm_a'), heads),
    bound: null,
    gate: {
      matrices: joined ? [] : [planner.projection(name('attn_gate'), embedding, { rows: inner })],
      function: ruled(block.gate, view) ?? 'silu',
    },
    epsilon: numbers.epsilon('rms'),
    norm: { ...planner.norm(name('ssm_norm'), length, { kind: 'rms' }), stretch: length },
    out: planner.projection(name('ssm_out'), inner, { rows: embedding }),
  };
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planKimiDelta(planner: Planner, { layer, view }: LayerPlan, block: KimiDelta): DeltaRulePlan {
  const { tensors, numbers } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, part);
  const heads = planner.length('attention.head_count', atLayer(hyperparameters.headCount, 0), MOST_HEADS);
  const length = planner.length('kda.head_dim', view.number('kda.head_dim'), MOST_WIDTH);
  const taps = planner.length('ssm.conv_kernel', view.number('ssm.conv_kernel'), MOST_HEADS);
  const inner = planner.length('kda.head_dim', heads * length, MOST_WIDTH);
  const fused = tensors.has(`${name('attn_qkv')}.weight`);
  const each = (['q', 'k', 'v'] as const).map((one, i) => ({
    matrix: fused
      ? planner.projection(name('attn_qkv'), embedding, { first: i * inner, rows: inner, of: 3 * inner })
      : planner.projection(name(`attn_${one}`), embedding, { rows: inner }),
    convolution: planConvolution(planner, name(`ssm_conv1d_${one}`), taps, inner),
  }));
  const way = (part: string) => longWay(planner, name, part, inner);
  return {
    ...{ length, heads, keyHeads: heads, sharing: 'row' },
    into: { kind: 'three', each },
    beta: { matrix: planner.projection(name('ssm_beta'), embedding, { rows: heads }), part: null },
    decay: { matrices: way('ssm_f'), part: null, bias: tensors.vector(`${name('ssm_dt')}.bias`, inner) },
    rates: tensors.vector(name('ssm_a'), heads),
    bound: ruled(block.bound, view) ?? null,
    gate: { matrices: way('ssm_g'), function: 'sigmoid' },
    epsilon: numbers.epsilon('rms'),
    norm: { ...planner.norm(name('ssm_norm'), length, { kind: 'rms' }), stretch: length },
    out: planner.projection(name('attn_output'), inner, { rows: embedding }),
  };
}

/** One matrix, called `…` or `…_a`; or two by way of a short vector, called `…_a` and `…_b`. */
function longWay(planner: Planner, name: (part: string) => string, part: string, rows: number): Projection[] {
  const { tensors, numbers } = planner;
  const { embedding } = numbers;
  if (tensors.has(`${name(part)}.weight`)) return [planner.projection(name(part), embedding, { rows })];
  if (!tensors.has(`${name(`${part}_b`)}.weight`)) return [planner.projection(name(`${part}_a`), embedding, { rows })];
  const short = planner.rowsOf(name(`${part}_a`), embedding);
  return [
    planner.projection(name(`${part}_a`), embedding, { rows: short }),
    planner.projection(name(`${part}_b`), short, { rows }),
  ];
}
