/** What mixes residual streams before a step, planned. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { missing } from './model-numbers.js';
import type { NormPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';

/** Weights from one matrix over all streams, `fn`. */
export interface WeighedStreams {
  kind: 'weighed';
  /** All streams of a token together. */
  norm: NormPlan;
  matrix: Projection;
  /** One factor for the weights of the mix, for those of what is given, and for those between streams. */
  scale: ReadableData;
  base: ReadableData;
  /** Is added to weights. */
  epsilon: number;
  /** What a stream is given at most; null: nothing is given to streams, as behind the last layer. */
  given: { magnitude: number; epsilon: number } | null;
  /** How often rows and columns of the weights between streams are made to sum to 1 in turns; null: streams stay apart. */
  crossed: { rounds: number } | null;
}

/** Every number of every stream gated. */
export interface GatedStreams {
  kind: 'gated';
  /** Each stream by itself. */
  norm: NormPlan;
  down: Projection;
  up: Projection;
  /** Null: nothing is given to streams. */
  inject: Projection | null;
}

export type StreamsPlan = WeighedStreams | GatedStreams;

/** As many rounds as make no difference any more. */
const MOST_ROUNDS = 1024;

/** `name` is what the names of the tensors begin with; `gives` whether a step gives to the streams what it adds. Throws TraceError. */
export function planStreams(planner: Planner, name: string, gives: boolean): StreamsPlan {
  const { numbers, tensors, forward } = planner;
  const { streams, embedding } = numbers;
  const all = streams * embedding;
  if (forward.streams === 'gated') {
    const rows = planner.rowsOf(`${name}_down`, all);
    return {
      kind: 'gated',
      norm: { ...planner.norm(`${name}_norm`, all, { kind: 'rms' }), stretch: embedding },
      down: planner.projection(`${name}_down`, all, { rows }),
      up: planner.projection(`${name}_up`, rows, { rows: all }),
      inject: gives ? planner.projection(`${name}_inject`, all, { rows: streams }) : null,
    };
  }
  const crossed = gives && forward.streams === 'crossed';
  const weights = gives ? 2 * streams + (crossed ? streams * streams : 0) : streams;
  const epsilon = keyed(planner, 'hyper_connection.epsilon');
  return {
    kind: 'weighed',
    norm: planner.norm('', all, { kind: 'rms', bare: true }),
    matrix: planner.projection(`${name}_fn`, all, { rows: weights }),
    scale: tensors.vector(`${name}_scale.weight`, crossed ? 3 : gives ? 2 : 1),
    base: tensors.vector(`${name}_base.weight`, weights),
    epsilon,
    given: gives ? givenBy(planner, epsilon) : null,
    crossed: crossed ? { rounds: roundsOf(planner) } : null,
  };
}

function givenBy(planner: Planner, epsilon: number): WeighedStreams['given'] {
  return planner.forward.streams === 'crossed'
    ? { magnitude: 2, epsilon: 0 }
    : { magnitude: keyed(planner, 'hyper_connection.magnitude'), epsilon };
}

function roundsOf(planner: Planner): number {
  const key = 'hyper_connection.sinkhorn_iterations';
  return planner.length(key, keyed(planner, key), MOST_ROUNDS);
}

function keyed({ numbers }: Planner, key: string): number {
  const value = numbers.view(0).number(key);
  if (value === undefined) throw missing(`${numbers.name}.${key}`);
  return value;
}
