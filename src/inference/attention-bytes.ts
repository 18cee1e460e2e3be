/** What the attention of a layer reads from the file and what it computes from that: the two sides of the guide's comparison. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { leavesOut } from './compressed-attention.js';
import type { TracedModel } from './computed-model.js';
import type { AttentionPlan, EntriesPlan, NormPlan, Projection } from './plan.js';

/** Rows of a tensor that were read. */
export interface StoredPart {
  tensor: string;
  type: string;
  /** Numbers of a row; below, the rows read and the rows stored. */
  length: number;
  rows: number;
  ofRows: number;
  bytes: number;
}

export type ComputedKind = 'query' | 'key' | 'value' | 'scores';

/** Numbers (4 bytes each) that were computed for all heads of the layer. */
export interface ComputedPart {
  kind: ComputedKind;
  numbers: number;
  bytes: number;
}

/** All tensors that are needed to compute the attention weights of this layer from the tokens, not counting those of earlier layers. */
export function storedForAttention(model: TracedModel, plan: AttentionPlan, tokens: number): StoredPart[] {
  const { embedding, positions } = model;
  const { latent } = plan;
  return [
    part(embedding, tokens),
    ...(positions === null ? [] : [part(positions, tokens)]),
    ...normParts(plan.norm),
    ...(latent?.queryDown ? projectionParts(latent.queryDown) : []),
    ...[plan.query, plan.key, plan.value].flatMap((one) => (one === null ? [] : projectionParts(one))),
    ...[latent?.queryToLatent?.[0], latent?.latentToValue?.[0]].flatMap((one) => (one ? [whole(one.matrix)] : [])),
    ...[latent?.queryNorm ?? null, latent?.norm ?? null, plan.queryNorm, plan.keyNorm].flatMap(normParts),
    ...(plan.sinks === null ? [] : [part(plan.sinks, 1)]),
    ...(plan.distanceBias === null ? [] : [whole(plan.distanceBias.table)]),
    ...indexerParts(plan, tokens),
    ...compressedParts(plan, tokens),
  ];
}

/** An indexer that would pick all tokens is not run. */
function indexerParts({ indexer }: AttentionPlan, tokens: number): StoredPart[] {
  if (indexer === null || indexer.picksOf !== null || tokens <= indexer.top) return [];
  const { query, key, weights, keyNorm } = indexer;
  return [...[query, key, weights].flatMap(projectionParts), ...normParts(keyNorm)];
}

function compressedParts({ compressed }: AttentionPlan, tokens: number): StoredPart[] {
  if (compressed === null) return [];
  const { queryDown, queryDownNorm, entries, indexer } = compressed;
  return [
    ...[...projectionParts(queryDown), ...normParts(queryDownNorm)],
    ...entryParts(entries, tokens),
    ...(indexer === null || !leavesOut(indexer, tokens)
      ? []
      : [...[indexer.query, indexer.weights].flatMap(projectionParts), ...entryParts(indexer.entries, tokens)]),
  ];
}

function entryParts(entries: EntriesPlan | null, tokens: number): StoredPart[] {
  if (entries === null || tokens < entries.tokens) return [];
  const { values, scores, places, norm } = entries;
  return [...[values, scores].flatMap(projectionParts), whole(places), ...normParts(norm)];
}

/** Bytes of the matrices that produce queries, keys and values, and of the output matrix that reads the heads. */
export function weightsForAttention(plan: AttentionPlan): { layer: number; head: number | null } {
  const { query, key, value, output, heads, latent, compressed } = plan;
  const bytesOf = (one: Projection | null | undefined) => (one ? one.rows * one.matrix.rowBytes : 0);
  const wholeBytes = (one: Projection | undefined) => (one === undefined ? 0 : one.matrix.rows * one.matrix.rowBytes);
  const [ofQuery, ofKey, ofValue, ofOutput] = [query, key, value, output].map(bytesOf) as [
    number,
    number,
    number,
    number,
  ];
  const short =
    bytesOf(latent?.queryDown) +
    wholeBytes(latent?.queryToLatent?.[0]) +
    wholeBytes(latent?.latentToValue?.[0]) +
    bytesOf(compressed?.queryDown);
  const layer = ofQuery + ofKey + ofValue + ofOutput + short;
  // All heads share the short vectors, so their matrices have no part that belongs to a single head.
  if (latent !== null || compressed !== null) return { layer, head: null };
  const head = (ofQuery + ofOutput) / heads.count + (ofKey + ofValue) / heads.countKv;
  return { layer, head: Math.round(head) };
}

export function computedForAttention({ heads, sees }: AttentionPlan, tokens: number): ComputedPart[] {
  const { count, countKv, length, valueLength } = heads;
  const numbers: Readonly<Record<ComputedKind, number>> = {
    query: tokens * count * length,
    key: tokens * countKv * length,
    value: tokens * countKv * valueLength,
    // One score for each pair of a token with itself or an earlier one, or with any token.
    scores: sees === 'all' ? count * tokens * tokens : (count * tokens * (tokens + 1)) / 2,
  };
  return (Object.keys(numbers) as ComputedKind[]).map((kind) => {
    return { kind, numbers: numbers[kind], bytes: numbers[kind] * Float32Array.BYTES_PER_ELEMENT };
  });
}

function part(stored: ReadableData, rows: number): StoredPart {
  const { name, type, rowLength, rowBytes, rows: ofRows } = stored;
  return { tensor: name, type: type.name, length: rowLength, rows, ofRows, bytes: rows * rowBytes };
}

const whole = (stored: ReadableData) => part(stored, stored.rows);

function normParts(norm: NormPlan | null): StoredPart[] {
  return [norm?.weight, norm?.bias].flatMap((one) => (one ? [part(one, 1)] : []));
}

function projectionParts({ matrix, rows, bias }: Projection): StoredPart[] {
  return [part(matrix, rows), ...(bias === null ? [] : [part(bias, 1)])];
}
