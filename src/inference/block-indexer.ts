/**
 * An indexer that picks whole blocks of tokens (Qwen 4), planned and computed. Each full block has one key: the mean of its tokens' keys,
 * normalized and rotated to the block's first position. A token gives a block the score Σ relu(q · k) over the indexer's heads. It attends
 * to the blocks with the highest scores, up to the budget of tokens, and to its own unfinished block.
 */

import type { BlockIndexer } from '../architectures/forward.js';
import type { Arithmetic } from './arithmetic.js';
import type { Picks } from './indexer.js';
import { largest } from './largest.js';
import { MOST_HEADS } from './model-numbers.js';
import type { BlockIndexerPlan, LayerPlan, NormPlan } from './plan.js';
import { indexerLengths } from './plan-indexer.js';
import type { Planner } from './planner.js';
import { ropeOf } from './rope-plan.js';
import { rotate } from './rotate.js';
import { makeVectors, type Vectors, vectorAt } from './vectors.js';

/** Null for a layer without blocks (`attention.compress_ratios` is 0). Throws TraceError where a tensor or number is missing. */
export function planBlockIndexer(
  planner: Planner,
  { layer, view }: LayerPlan,
  block: BlockIndexer,
): BlockIndexerPlan | null {
  const { numbers, tensors } = planner;
  const ratio = view.number('attention.compress_ratios') ?? 0;
  if (ratio === 0) return null;
  const { heads, length, top } = indexerLengths(planner, view);
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `indexer.${part}`);
  const norm = (part: string): NormPlan => ({ ...planner.norm(name(part), length, { kind: 'rms' }), stretch: length });
  const rope = (rotation: BlockIndexer['queries']) => ropeOf(numbers, tensors, { rotation, view, headLength: length });
  return {
    ratio: planner.length('attention.compress_ratios', ratio, MOST_HEADS),
    ...{ top, length },
    query: planner.projection(name('q_proj'), embedding, { rows: heads * length }),
    queryNorm: norm('q_norm'),
    queryRope: rope(block.queries),
    key: planner.projection(name('k_proj'), embedding, { rows: length }),
    keyNorm: norm('k_norm'),
    keyRope: rope(block.blocks),
  };
}

/** The set of tokens that each token attends to. */
export async function pickedBlocks(arithmetic: Arithmetic, plan: BlockIndexerPlan, input: Vectors): Promise<Picks> {
  const { ratio, top, length } = plan;
  const { count } = input;
  const width = top + ratio - 1;
  if (count <= width) return new Array<null>(count).fill(null);
  const query = await arithmetic.normalized(await arithmetic.project(plan.query, input), plan.queryNorm);
  rotate(query, length, plan.queryRope, await arithmetic.anglesOf(plan.queryRope, count));
  const keys = await blockKeys(arithmetic, plan, input);
  return Array.from({ length: count }, (_, token) => {
    const tail = Math.floor((token + 1) / ratio) * ratio;
    const q = vectorAt(query, token);
    const values = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
    for (let first = 0; first <= token; first += ratio) {
      const full = first + ratio <= count;
      const score = full ? scoreOf(q, vectorAt(keys, first)) : 0;
      const value = first >= tail ? score + UNFINISHED : score;
      values.fill(value, first, Math.min(first + ratio, token + 1));
    }
    return new Set(largest(values, width));
  });
}

/** Added to the score of the unfinished block so that it is always picked. */
const UNFINISHED = 1e9;

/** The key of each full block, in the row of its first token. */
async function blockKeys(
  arithmetic: Arithmetic,
  { ratio, length, key, keyNorm, keyRope }: BlockIndexerPlan,
  input: Vectors,
): Promise<Vectors> {
  const each = await arithmetic.project(key, input);
  const pooled = makeVectors(input.count, length);
  for (let first = 0; first + ratio <= input.count; first += ratio) {
    const mean = vectorAt(pooled, first);
    for (let token = first; token < first + ratio; token++) {
      const own = vectorAt(each, token);
      for (let i = 0; i < length; i++) mean[i] = (mean[i] as number) + (own[i] as number) / ratio;
    }
  }
  const normed = await arithmetic.normalized(pooled, keyNorm);
  rotate(normed, length, keyRope, await arithmetic.anglesOf(keyRope, input.count));
  return normed;
}

function scoreOf(query: Float32Array, key: Float32Array): number {
  let score = 0;
  for (let head = 0; head < query.length; head += key.length) {
    let product = 0;
    for (let i = 0; i < key.length; i++) product += (query[head + i] as number) * (key[i] as number);
    score += Math.max(0, product);
  }
  return score;
}
