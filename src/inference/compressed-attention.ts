/**
 * Computes attention with a window, followed by entries that stand for several tokens each (DeepSeek V4). All heads share one key, which is
 * also the value. The heads' output is rotated back by the query's position, which cancels the rotation of the values.
 */

import type { Arithmetic } from './arithmetic.js';
import type { AttentionState } from './attention-weights.js';
import { entriesOf } from './compressed-entries.js';
import { headWeights, indexerScores } from './indexer.js';
import { largest } from './largest.js';
import { eachHead } from './latent-attention.js';
import type { AttentionPlan, CompressedPlan, EntryIndexerPlan, NormPlan, Projection } from './plan.js';
import { rotate } from './rotate.js';
import { makeVectors, type Vectors } from './vectors.js';

/** Queries, keys and entries of a layer for the vectors `input`. */
export async function compressedState(
  arithmetic: Arithmetic,
  plan: AttentionPlan,
  compressed: CompressedPlan,
  input: Vectors,
): Promise<AttentionState> {
  const { heads } = plan;
  const { queryDown, queryDownNorm, entries, indexer } = compressed;
  const short = await arithmetic.normalized(await arithmetic.project(queryDown, input), queryDownNorm);
  const query = await arithmetic.normalized(await arithmetic.project(plan.query, short), plan.queryNorm as NormPlan);
  const projected = await arithmetic.project(plan.key as Projection, input);
  const own = await arithmetic.normalized(projected, plan.keyNorm as NormPlan);
  for (const vectors of [query, own]) await turn(arithmetic, plan, vectors);
  const behind = entries === null ? makeVectors(0, heads.length) : await entriesOf(arithmetic, entries, input);
  const key = makeVectors(own.count + behind.count, heads.length);
  key.values.set(own.values);
  key.values.set(behind.values, own.values.length);
  const state: AttentionState = {
    ...{ plan, input, query, key, value: key, gateInQuery: null },
    sinks: plan.sinks === null ? null : await arithmetic.vector(plan.sinks),
  };
  if (entries === null) return state;
  const seen = (token: number) => Math.floor((token + 1) / entries.tokens);
  const picks = indexer === null ? null : await pickedEntries(arithmetic, indexer, { input, short, seen });
  return {
    ...state,
    entries: seen,
    ...(picks && { picked: (token, other) => other < own.count || (picks[token]?.has(other - own.count) ?? true) }),
  };
}

/** Whether the indexer is needed: not if all entries are visible anyway. */
export function leavesOut({ top, entries }: EntryIndexerPlan, tokens: number): boolean {
  return Math.floor(tokens / entries.tokens) > top;
}

/** The entries that each token attends to; null: all that it sees. */
async function pickedEntries(
  arithmetic: Arithmetic,
  plan: EntryIndexerPlan,
  { input, short, seen }: { input: Vectors; short: Vectors; seen: (token: number) => number },
): Promise<(ReadonlySet<number> | null)[] | null> {
  const { top, length, entries } = plan;
  if (!leavesOut(plan, input.count)) return null;
  const query = await arithmetic.project(plan.query, short);
  rotate(query, length, entries.rope, await arithmetic.anglesOf(entries.rope, input.count));
  const key = await entriesOf(arithmetic, entries, input);
  const weights = await headWeights(arithmetic, plan, input);
  return Array.from({ length: input.count }, (_, token) => {
    const count = seen(token);
    return count <= top ? null : new Set(largest(indexerScores({ query, key, weights }, token, count), top));
  });
}

/** Rotates the heads' output back and multiplies each group of heads with its matrix. */
export async function throughGroups(
  arithmetic: Arithmetic,
  plan: AttentionPlan,
  { groups }: CompressedPlan,
  given: Vectors,
): Promise<Vectors> {
  await turn(arithmetic, plan, given, true);
  return eachHead(arithmetic, groups, given);
}

async function turn(
  arithmetic: Arithmetic,
  { heads, rope }: AttentionPlan,
  vectors: Vectors,
  back = false,
): Promise<void> {
  if (rope === null) return;
  rotate(vectors, heads.length, rope, await arithmetic.anglesOf(rope, vectors.count), back);
}
