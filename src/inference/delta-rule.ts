/**
 * Computes the gated delta rule (https://arxiv.org/abs/2412.06464). A head's state decays; then what it gives for the token's key is
 * replaced, in the proportion β, by the token's value. Queries and keys have length 1:
 *
 *   S ← g S,   S ← S + k (β (v − Sᵀ k))ᵀ,   out = Sᵀ q ÷ √(length of q)
 *
 * g is one number for each head, or one for each row of its state (Kimi delta attention, https://arxiv.org/abs/2510.26692). The result of
 * each head is normalized and multiplied with a gate.
 */

import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { type ConvolutionPlan, convolved } from './causal-convolution.js';
import { carryState } from './linear-state.js';
import type { Projection } from './plan.js';
import type { DeltaRulePlan, Part } from './plan-delta-rule.js';
import type { BlockTrace, StatePart } from './state-trace.js';
import { addTo, makeVectors, stretch, type Vectors, vectorAt } from './vectors.js';

const silu = pointwise('silu');
const sigmoid = pointwise('sigmoid');
const softplus = (x: number) => (x > 20 ? x : Math.log1p(Math.exp(x)));

/** Returns what the block adds to the residual stream, and its state. */
export async function throughDeltaRule(
  arithmetic: Arithmetic,
  plan: DeltaRulePlan,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const { length, heads, keyHeads, sharing } = plan;
  const { query, key, value, gate } = await inputsOf(arithmetic, plan, input);
  for (const one of [query, key]) toUnitLength(one, length, plan.epsilon);
  const beta = partOf(await arithmetic.project(plan.beta.matrix, input), plan.beta.part);
  const logs = await decayOf(arithmetic, plan, input);
  const rows = logs.length / heads;
  const reads = new Float32Array(length);
  const along = new Float32Array(length);
  const written = new Float32Array(length);
  const keeps = new Float32Array(rows);
  const shared = heads / keyHeads;
  const { read, lengths } = carryState({ heads, key: length, value: length }, input.count, (token, head) => {
    const own = sharing === 'row' ? Math.floor(head / shared) : head % keyHeads;
    const at = (token * keyHeads + own) * length;
    const k = key.values.subarray(at, at + length);
    const strength = sigmoid(beta.values[token * heads + head] as number);
    for (let i = 0; i < rows; i++) keeps[i] = Math.exp(logs.values[(token * heads + head) * rows + i] as number);
    const atValue = (token * heads + head) * length;
    for (let i = 0; i < length; i++) {
      const x = k[i] as number;
      // The decayed state's result for the key equals the previous state's result, decayed.
      reads[i] = x * (keeps[rows === 1 ? 0 : i] as number);
      along[i] = -strength * x;
      written[i] = strength * (value.values[atValue + i] as number);
    }
    return {
      keeps: rows === 1 ? (keeps[0] as number) : keeps,
      key: k,
      value: written,
      query: query.values.subarray(at, at + length),
      scale: 1 / Math.sqrt(length),
      corrects: { reads, along },
    };
  });
  const normed = await arithmetic.normalized(read, plan.norm);
  const open = gate ?? (await throughAll(arithmetic, plan.gate.matrices, input));
  const f = pointwise(plan.gate.function);
  for (let i = 0; i < normed.values.length; i++) {
    normed.values[i] = (normed.values[i] as number) * f(open.values[i] as number);
  }
  return {
    result: await arithmetic.project(plan.out, normed),
    trace: { parts: partsOf(plan), fading: { heads, logs, rates: null }, lengths, overwrites: true },
  };
}

async function inputsOf(arithmetic: Arithmetic, { into }: DeltaRulePlan, input: Vectors) {
  const mixed = async (vectors: Vectors, convolution: ConvolutionPlan) => {
    const result = await convolved(arithmetic, convolution, vectors);
    for (let i = 0; i < result.values.length; i++) result.values[i] = silu(result.values[i] as number);
    return result;
  };
  if (into.kind === 'three') {
    const three: Vectors[] = [];
    for (const { matrix, convolution } of into.each) {
      three.push(await mixed(await arithmetic.project(matrix, input), convolution));
    }
    const [query, key, value] = three as [Vectors, Vectors, Vectors];
    return { query, key, value, gate: null };
  }
  const product = await arithmetic.project(into.matrix, input);
  const parts = into.parts.map((part) => partOf(product, part));
  const all = await mixed(behindEachOther(parts), into.convolution);
  let first = 0;
  const [query, key, value] = parts.map(({ length }) => {
    const own = stretch(all, { first, length });
    first += length;
    return own;
  }) as [Vectors, Vectors, Vectors];
  return { query, key, value, gate: into.gate === null ? null : partOf(product, into.gate) };
}

/** The logarithm of the decay: how much of the state is kept. */
async function decayOf(arithmetic: Arithmetic, plan: DeltaRulePlan, input: Vectors): Promise<Vectors> {
  const { decay, heads, bound } = plan;
  const logs = partOf(await throughAll(arithmetic, decay.matrices, input), decay.part);
  const bias = await arithmetic.vector(decay.bias);
  const rates = await arithmetic.vector(plan.rates);
  const rows = logs.length / heads;
  for (let t = 0; t < logs.count; t++) addTo(vectorAt(logs, t), bias);
  for (let i = 0; i < logs.values.length; i++) {
    const x = logs.values[i] as number;
    const rate = rates[Math.floor(i / rows) % heads] as number;
    logs.values[i] = bound === null ? rate * softplus(x) : bound.least * sigmoid(bound.sign * rate * x);
  }
  return logs;
}

async function throughAll(arithmetic: Arithmetic, matrices: readonly Projection[], input: Vectors): Promise<Vectors> {
  let result = input;
  for (const matrix of matrices) result = await arithmetic.project(matrix, result);
  return result;
}

/** In place: divides each head's numbers by √(sum of their squares + ε). */
function toUnitLength({ values }: Vectors, length: number, epsilon: number): void {
  for (let at = 0; at < values.length; at += length) {
    let sum = epsilon;
    for (let i = at; i < at + length; i++) sum += (values[i] as number) ** 2;
    for (let i = at; i < at + length; i++) values[i] = (values[i] as number) / Math.sqrt(sum);
  }
}

function partOf(vectors: Vectors, part: Part | null): Vectors {
  if (part === null) return vectors;
  const { first, length, groups } = part;
  return stretch(vectors, { first, length, every: vectors.length / groups });
}

/** Concatenates the parts: one vector for each token. */
function behindEachOther(parts: readonly Vectors[]): Vectors {
  const count = parts[0]?.count ?? 0;
  const result = makeVectors(
    count,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  for (let t = 0; t < count; t++) {
    let at = t * result.length;
    for (const part of parts) {
      result.values.set(vectorAt(part, t), at);
      at += part.length;
    }
  }
  return result;
}

function partsOf({ into, length, heads }: DeltaRulePlan): StatePart[] {
  const convolutions = into.kind === 'one' ? [into.convolution] : into.each.map(({ convolution }) => convolution);
  return [
    ...convolutions.map(({ taps, channels }) => ({ kind: 'convolution' as const, dimensions: [taps - 1, channels] })),
    { kind: 'state', dimensions: [length, length, heads] },
  ];
}
