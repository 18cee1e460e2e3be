/**
 * Adapters that are switched on by tokens of the prompt (`Adapters`): which tokens replace the switching ones, which adapter each token
 * goes through, and what an adapter adds to a product.
 */

import { type HeadsState, mixed } from './attention-weights.js';
import { TraceError } from './inference-error.js';
import { missing, type Numbers, within } from './model-numbers.js';
import { makeVectors, type Vectors } from './vectors.js';

const MOST_ADAPTERS = 4096;
const MOST_RANK = 4096;

export interface AdaptersPlan {
  rank: number;
  /** The number of adapters, plus place 0 for tokens before any switch. */
  places: number;
  /** How strongly the router attends to switching tokens. */
  gain: number;
  /** For each switching token: the place of its adapter, and the token that replaces it. */
  switches: ReadonlyMap<number, { place: number; substitute: number }>;
}

/**
 * Null for a model without such adapters, which is one without a `gain`. Throws TraceError where its keys are missing or do not go
 * together.
 */
export function adaptersOf(numbers: Numbers, gain: number | undefined): AdaptersPlan | null {
  if (gain === undefined) return null;
  const { name } = numbers;
  const view = numbers.view(0);
  const count = within(name, 'adapters.count', view.number('adapters.count'), MOST_ADAPTERS);
  const tokens = (key: string) => {
    const list = view.list(key);
    if (list === undefined) throw missing(`${name}.${key}`);
    if (list.length === count) return list;
    throw new TraceError('missing-number', `${name}.${key} has ${list.length} tokens, but adapters.count is ${count}`);
  };
  const activate = tokens('adapters.token_ids_activate');
  const substitutes = tokens('adapters.token_ids_substitute');
  const wrong = substitutes.find((token) => token < 0 || token >= view.vocabulary);
  if (wrong !== undefined) {
    throw new TraceError('bad-token', `${name}.adapters.token_ids_substitute has ${wrong}, and there is no such token`);
  }
  return {
    rank: within(name, 'adapters.lora_rank', view.number('adapters.lora_rank'), MOST_RANK),
    places: count + 1,
    gain,
    switches: new Map(
      activate.map((token, i) => [token, { place: i + 1, substitute: substitutes[i] as number }] as const),
    ),
  };
}

/** The router's results for a prompt. */
export interface Switched {
  /** The token ids that the model reads. */
  ids: readonly number[];
  /** The adapter place of each token. */
  places: readonly number[];
  /** The router's attention, shown after the last layer. */
  router: HeadsState;
}

/**
 * One head whose query is 1 for every token, whose key is ± the gain, and whose value is the place of the adapter: switching tokens get
 * nearly all of the attention, and the rounded mix of the values is the place.
 */
export function switched({ places, gain, switches }: AdaptersPlan, layer: number, ids: readonly number[]): Switched {
  const one = (of: (id: number) => number): Vectors => {
    return { ...makeVectors(ids.length, 1), values: Float32Array.from(ids, of) };
  };
  const router: HeadsState = {
    plan: {
      ...{ layer, heads: { count: 1, countKv: 1, length: 1, valueLength: 1 }, scale: 1 },
      ...{ cap: null, slopes: null, sees: 'earlier', window: null },
    },
    query: one(() => 1),
    key: one((id) => (switches.has(id) ? gain : -gain)),
    value: one((id) => switches.get(id)?.place ?? 0),
    sinks: null,
  };
  return {
    ids: ids.map((id) => switches.get(id)?.substitute ?? id),
    places: Array.from(mixed(router).values, (place) => Math.round(Math.min(places - 1, Math.max(0, place)))),
    router,
  };
}
