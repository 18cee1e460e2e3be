/** Plans the indexer of a layer: its matrices, and how many tokens it picks. */

import type { Indexer } from '../architectures/forward.js';
import { TraceError } from './inference-error.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { IndexerPlan, LayerPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';
import { ropeOf } from './rope-plan.js';

/** The largest token count that a number in a file can state. */
const MOST_PICKED = 2 ** 32;

/** The indexer's head count, head length, and number of tokens picked. */
export function indexerLengths(
  planner: Planner,
  { number }: LayerPlan['view'],
): { heads: number; length: number; top: number } {
  const key = (name: string, most: number) => {
    const whole = `attention.indexer.${name}`;
    return planner.length(whole, number(whole), most);
  };
  return {
    heads: key('head_count', MOST_HEADS),
    length: key('key_length', MOST_WIDTH),
    top: key('top_k', MOST_PICKED),
  };
}

/** `queryDown` computes the short vector of the layer's query. Throws TraceError where a tensor or number is missing or does not fit. */
export function planIndexer(
  planner: Planner,
  { layer, view }: Pick<LayerPlan, 'layer' | 'view'>,
  { rotation, epsilon }: Indexer,
  queryDown: Projection | null,
): IndexerPlan {
  const { numbers, tensors } = planner;
  if (!view.indexes) return { picksOf: earlierIndexer(planner, layer) };
  const { heads, length, top } = indexerLengths(planner, view);
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `indexer.${part}`);
  return {
    ...{ picksOf: null, heads, length, top },
    query: planner.projection(name('attn_q_b'), queryDown?.rows ?? embedding, { rows: heads * length }),
    key: planner.projection(name('attn_k'), embedding, { rows: length }),
    keyNorm: planner.norm(name('k_norm'), length, {
      kind: 'layer',
      epsilon: epsilon === 'rms' ? numbers.epsilon('rms') : epsilon,
    }),
    weights: planner.projection(name('proj'), embedding, { rows: heads }),
    rope: ropeOf(numbers, tensors, { rotation, view, headLength: length }),
  };
}

function earlierIndexer({ numbers }: Planner, layer: number): number {
  for (let earlier = layer - 1; earlier >= 0; earlier--) if (numbers.view(earlier).indexes) return earlier;
  throw new TraceError(
    'missing-number',
    `layer ${layer} reuses what an earlier layer picked, but by ${numbers.name}.attention.indexer.types no earlier layer picks`,
  );
}
