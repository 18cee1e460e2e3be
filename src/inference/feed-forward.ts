/** Computes the feed-forward network of a layer: one network, or the experts that the router chooses for each token. */

import { activate, leaveBelow } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { type Chosen, chooseExperts, chooseGroups, weighExperts } from './expert-router.js';
import { TraceError } from './inference-error.js';
import type { ExpertsPlan, FeedForwardPlan, NetworkPlan } from './plan.js';
import { addTo, makeVectors, multiplied, scaled, type Vectors, vectorAt } from './vectors.js';

/** The inputs that a router may use. */
export interface RouterInputs {
  /** The token ids. */
  ids: readonly number[];
  /** What the network reads: the residual stream after the norm. */
  input: Vectors;
  residual: Vectors;
  /** The residual stream at the layer's start. */
  layerInput: Vectors;
  /** What the layer's attention added; null if it has none. */
  attention: Vectors | null;
}

/** Returns what the block adds, and the experts of each token if there are any. */
export async function fedForward(
  arithmetic: Arithmetic,
  { dense, experts, sumScale }: FeedForwardPlan,
  inputs: RouterInputs,
): Promise<{ result: Vectors; chosen: Chosen[][] | null }> {
  const through = dense === null ? null : await throughNetwork(arithmetic, dense, inputs.input);
  if (experts === null) return { result: through as Vectors, chosen: null };
  const { result, chosen } = await throughExperts(arithmetic, experts, inputs);
  if (through !== null) addTo(result.values, through.values);
  return { result: scaled(result, sumScale), chosen };
}

/** Gate and up, the activation, and down. */
async function throughNetwork(
  arithmetic: Arithmetic,
  { activation, clamp, gate, up, gateThreshold, innerNorm, divisor, down }: NetworkPlan,
  input: Vectors,
  factors: readonly [gate: number, up: number] = [1, 1],
): Promise<Vectors> {
  const [rising, gating] = await Promise.all([
    arithmetic.project(up, input),
    gate === null ? null : arithmetic.project(gate, input),
  ]);
  scaled(rising, factors[1]);
  if (gating !== null) scaled(gating, factors[0]);
  if (gating !== null && typeof gateThreshold === 'number') {
    for (let t = 0; t < gating.count; t++) leaveBelow(vectorAt(gating, t), gateThreshold);
  }
  activate(activation, gating?.values ?? null, rising.values, clamp);
  if (divisor !== null) divideBy(rising, await arithmetic.vector(divisor));
  return arithmetic.project(down, innerNorm === null ? rising : await arithmetic.normalized(rising, innerNorm));
}

function divideBy({ values, length }: Vectors, divisors: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / (divisors[i % length] as number);
}

async function throughExperts(arithmetic: Arithmetic, plan: ExpertsPlan, inputs: RouterInputs) {
  const { input } = inputs;
  const logits = await arithmetic.project(plan.router, await routerInput(arithmetic, plan, inputs));
  const choiceBias = plan.choiceBias === null ? null : await arithmetic.vector(plan.choiceBias);
  const { latent, adjugate } = plan;
  const read = latent === null ? input : await arithmetic.project(latent.down, input);
  const eachToken = (choose: (own: Float32Array, token: number) => Chosen[]) =>
    Array.from({ length: input.count }, (_, t) => choose(vectorAt(logits, t), t));
  const routing = { ...plan, choiceBias };
  const told = plan.byToken === null ? null : await arithmetic.rows(plan.byToken, inputs.ids);
  const chosen = eachToken((own, t) =>
    told === null ? chooseExperts(own, routing) : weighExperts(expertsTold(vectorAt(told, t), plan), own, routing),
  );
  const result = await throughChosen(arithmetic, plan, read, chosen);
  const whole = latent === null ? result : await fromLatent(arithmetic, latent, result);
  if (adjugate !== null) {
    const groups = eachToken((own) => chooseGroups(own, plan, adjugate));
    const more = await throughChosen(arithmetic, { ...adjugate, scales: [], weightsBefore: false }, whole, groups);
    addTo(whole.values, scaled(more, adjugate.scale).values);
  }
  if (plan.shared !== null) addTo(whole.values, (await throughShared(arithmetic, plan, input)).values);
  return { result: scaled(whole, plan.sharedScale), chosen };
}

/** Each expert computes all tokens that chose it together; unused experts are not read. */
async function throughChosen(
  arithmetic: Arithmetic,
  { network, scales: stored, weightsBefore }: Pick<ExpertsPlan, 'network' | 'scales' | 'weightsBefore'>,
  read: Vectors,
  chosen: readonly (readonly Chosen[])[],
): Promise<Vectors> {
  const scales = await Promise.all(stored.map((scale) => (scale === null ? null : arithmetic.vector(scale))));
  const result = makeVectors(read.count, read.length);
  const experts = [...new Set(chosen.flat().map(({ expert }) => expert))].sort((a, b) => a - b);
  for (const expert of experts) {
    const tokens = chosen.flatMap((own, token) =>
      own.filter((one) => one.expert === expert).map(({ weight }) => ({ token, weight })),
    );
    const own = makeVectors(tokens.length, read.length);
    for (const [i, { token, weight }] of tokens.entries()) {
      own.values.set(vectorAt(read, token), i * own.length);
      if (weightsBefore) scaled({ ...own, values: vectorAt(own, i) }, weight);
    }
    const [gateScale = 1, upScale = 1, downScale = 1] = scales.map((scale) => scale?.[expert] ?? 1);
    const down = await throughNetwork(arithmetic, network(expert), own, [gateScale, upScale]);
    for (const [i, { token, weight }] of tokens.entries()) {
      const factor = downScale * (weightsBefore ? 1 : weight);
      addTo(vectorAt(result, token), scaled({ ...down, values: vectorAt(down, i) }, factor).values);
    }
  }
  return result;
}

/** Reads the experts from a row of the token-to-experts table. Throws TraceError for a number that is not an expert. */
function expertsTold(row: Float32Array, { count, byToken }: ExpertsPlan): number[] {
  const wrong = row.find((expert) => !(Number.isInteger(expert) && expert >= 0 && expert < count));
  if (wrong === undefined) return [...row];
  throw new TraceError(
    'missing-number',
    `${byToken?.name} sends a token to expert ${wrong}, but the model has ${count}`,
  );
}

async function fromLatent(
  arithmetic: Arithmetic,
  { norm, up }: NonNullable<ExpertsPlan['latent']>,
  given: Vectors,
): Promise<Vectors> {
  return arithmetic.project(up, norm === null ? given : await arithmetic.normalized(given, norm));
}

/** The shared experts, which every token goes through; if there is a gate, it determines their weight for each token. */
async function throughShared(
  arithmetic: Arithmetic,
  { shared, sharedGate }: ExpertsPlan,
  input: Vectors,
): Promise<Vectors> {
  const result = await throughNetwork(arithmetic, shared as NetworkPlan, input);
  if (sharedGate === null) return result;
  const gates = await arithmetic.project(sharedGate, input);
  for (let t = 0; t < result.count; t++) {
    scaled({ ...result, values: vectorAt(result, t) }, 1 / (1 + Math.exp(-(gates.values[t] as number))));
  }
  return result;
}

async function routerInput(
  arithmetic: Arithmetic,
  { routerReads, routerNorm }: ExpertsPlan,
  inputs: RouterInputs,
): Promise<Vectors> {
  const { input, residual, layerInput, attention } = inputs;
  const read = { input, residual, 'layer-input': layerInput, 'attention-output': attention ?? input }[routerReads];
  if (routerNorm === null) return read;
  const normed = await arithmetic.normalized(read, routerNorm.norm);
  return multiplied(scaled(normed, 1 / Math.sqrt(normed.length)), await arithmetic.vector(routerNorm.scale));
}
