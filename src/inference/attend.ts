/** Computes softmax attention of one layer: queries, keys and values of all tokens, and the output of the heads. */

import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { type AttentionState, mixed } from './attention-weights.js';
import { pickedBlocks } from './block-indexer.js';
import { compressedState, throughGroups } from './compressed-attention.js';
import { distanceBucket } from './distance-bias.js';
import { type Picks, picked } from './indexer.js';
import { TraceError } from './inference-error.js';
import { eachHead, latentParts } from './latent-attention.js';
import type { AttentionPlan, IndexerPlan, LatentPlan } from './plan.js';
import { rotate } from './rotate.js';
import { makeVectors, scaled, type Vectors, vectorAt } from './vectors.js';

/** Results that later layers reuse, by layer: keys and values, and the tokens that an indexer picked. */
export interface Kept {
  keys: Map<number, Pick<AttentionState, 'key' | 'value'>>;
  picks: Map<number, Picks>;
}

export function noneKept(): Kept {
  return { keys: new Map(), picks: new Map() };
}

/**
 * Queries, keys and values for the vectors `input`, to which the branch's norm has been applied. `encoded` are the encoder's vectors, if
 * there is an encoder.
 */
export async function attentionState(
  arithmetic: Arithmetic,
  plan: AttentionPlan,
  input: Vectors,
  kept: Kept,
  encoded: Vectors | null = null,
): Promise<AttentionState> {
  if (plan.latent !== null) return latentState(arithmetic, plan, input, kept);
  if (plan.compressed !== null) return compressedState(arithmetic, plan, plan.compressed, input);
  const { heads } = plan;
  const others = plan.crosses ? (encoded as Vectors) : input;
  const [projected, ownKey, ownValue] = await Promise.all(
    [plan.query, plan.key, plan.value].map((one, at) =>
      one === null ? null : arithmetic.project(one, at === 0 ? input : others),
    ),
  );
  for (const vectors of [projected, ownKey, ownValue]) cutOff(vectors ?? null, plan.clamp);
  const [query, gateInQuery] =
    plan.gate === 'in-query' ? halves(projected as Vectors, heads.length) : [projected as Vectors, null];
  const state: AttentionState = {
    ...{ plan, input, query, gateInQuery },
    sinks: plan.sinks === null ? null : await arithmetic.vector(plan.sinks),
    ...(plan.distanceBias !== null && { bias: await biasOf(arithmetic, plan, plan.distanceBias) }),
    ...(plan.keysOf === null ? ownKeys(ownKey as Vectors, ownValue ?? null) : earlier(plan, kept)),
  };
  const turned = async (vectors: Vectors, norm: AttentionPlan['queryNorm'], length: number) => {
    const normed = (one: Vectors) => (norm === null ? one : arithmetic.normalized(one, norm));
    const before = plan.normBehindRotation ? vectors : await normed(vectors);
    if (plan.rope !== null) rotate(before, length, plan.rope, await arithmetic.anglesOf(plan.rope, before.count));
    return plan.normBehindRotation ? normed(before) : before;
  };
  state.query = await turned(state.query, plan.queryNorm, heads.length);
  warmed(state.query, plan.temperature);
  if (plan.keysOf === null) {
    state.key = await turned(state.key, plan.keyNorm, heads.length);
    if (plan.valueNorm !== null) state.value = await arithmetic.normalized(state.value, plan.valueNorm);
    scaled(state.value, plan.valueScale);
    kept.keys.set(plan.layer, { key: state.key, value: state.value });
  }
  if (plan.blockIndexer === null) return state;
  return picking(state, await pickedBlocks(arithmetic, plan.blockIndexer, input));
}

async function latentState(
  arithmetic: Arithmetic,
  plan: AttentionPlan,
  input: Vectors,
  kept: Kept,
): Promise<AttentionState> {
  const { short, ...parts } = await latentParts(arithmetic, plan, plan.latent as LatentPlan, input);
  warmed(parts.query, plan.temperature);
  const sinks = plan.sinks === null ? null : await arithmetic.vector(plan.sinks);
  const state: AttentionState = { plan, input, ...parts, gateInQuery: null, sinks };
  if (plan.indexer === null) return state;
  const picks = await picksOf(arithmetic, plan, input, short ?? input, kept);
  return picking(state, picks);
}

/** Attention restricted to the picked tokens. */
function picking(state: AttentionState, picks: Picks): AttentionState {
  return { ...state, picked: (token, other) => picks[token]?.has(other) ?? true };
}

async function picksOf(
  arithmetic: Arithmetic,
  { layer, indexer }: AttentionPlan,
  input: Vectors,
  short: Vectors,
  { picks }: Kept,
): Promise<Picks> {
  const own = indexer as IndexerPlan;
  if (own.picksOf === null) {
    const found = await picked(arithmetic, own, input, short);
    picks.set(layer, found);
    return found;
  }
  const found = picks.get(own.picksOf);
  if (found !== undefined) return found;
  throw new TraceError(
    'missing-number',
    `this layer reuses the tokens that layer ${own.picksOf} picked, but that layer picked none`,
  );
}

/** The bias that is added to a score by distance. */
async function biasOf(
  arithmetic: Arithmetic,
  { heads, sees }: AttentionPlan,
  { table, buckets }: NonNullable<AttentionPlan['distanceBias']>,
): Promise<NonNullable<AttentionState['bias']>> {
  // A copy, because the reader reuses its buffer.
  const learned = (await arithmetic.matrix(table)).slice();
  return (head, token, other) =>
    learned[distanceBucket(other, token, buckets, sees === 'all') * heads.count + head] as number;
}

/** Multiplies each token's query by the factor of its position. */
function warmed(query: Vectors, temperature: AttentionPlan['temperature']): void {
  if (temperature === null) return;
  for (let t = 0; t < query.count; t++) scaled({ ...query, values: vectorAt(query, t) }, temperature(t));
}

/** What the block adds to the residual stream. */
export async function attended(arithmetic: Arithmetic, state: AttentionState): Promise<Vectors> {
  const { plan, input, gateInQuery } = state;
  let heads = mixed(state);
  const toValue = plan.latent?.latentToValue ?? null;
  if (toValue !== null) heads = await eachHead(arithmetic, toValue, heads);
  if (plan.compressed !== null) heads = await throughGroups(arithmetic, plan, plan.compressed, heads);
  if (plan.innerNorm !== null) heads = await arithmetic.normalized(heads, plan.innerNorm);
  const gate =
    plan.gate === null || plan.gate === 'in-query' ? gateInQuery : await arithmetic.project(plan.gate, input);
  if (gate !== null) multiplyByGate(heads, gate, pointwise(plan.gateThrough));
  return arithmetic.project(plan.output, heads);
}

/** Without a value matrix, the values are the keys before norm and rotation. */
function ownKeys(key: Vectors, value: Vectors | null): Pick<AttentionState, 'key' | 'value'> {
  return { key, value: value ?? { ...key, values: key.values.slice() } };
}

function earlier({ keysOf: layer }: AttentionPlan, kept: Kept): Pick<AttentionState, 'key' | 'value'> {
  const found = kept.keys.get(layer as number);
  if (found !== undefined) return found;
  throw new TraceError('missing-number', `this layer reuses the keys of layer ${layer}, but that layer has none`);
}

/** Splits each head's part into its query and the gate that follows it. */
function halves(both: Vectors, length: number): [query: Vectors, gate: Vectors] {
  const [query, gate] = [makeVectors(both.count, both.length / 2), makeVectors(both.count, both.length / 2)];
  for (let from = 0, to = 0; from < both.values.length; from += 2 * length, to += length) {
    query.values.set(both.values.subarray(from, from + length), to);
    gate.values.set(both.values.subarray(from + length, from + 2 * length), to);
  }
  return [query, gate];
}

/** Multiplies by a function of the gate, which has one number for each number of the heads or one for each head. */
function multiplyByGate(heads: Vectors, gate: Vectors, through: (x: number) => number): void {
  const each = heads.length / gate.length;
  for (let i = 0; i < heads.values.length; i++) {
    heads.values[i] = (heads.values[i] as number) * through(gate.values[Math.floor(i / each)] as number);
  }
}

function cutOff(vectors: Vectors | null, limit: number | null): void {
  if (vectors === null || limit === null) return;
  const { values } = vectors;
  for (let i = 0; i < values.length; i++) values[i] = Math.min(limit, Math.max(-limit, values[i] as number));
}
