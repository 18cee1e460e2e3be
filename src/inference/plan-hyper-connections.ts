/** Plans the mixing of residual streams before a step. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { missing } from './model-numbers.js';
import type { NormPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';

/** The mixing weights come from one matrix over all streams, `fn`. */
export interface WeighedStreams {
  kind: 'weighed';
  /** Normalizes all streams of a token together. */
  norm: NormPlan;
  matrix: Projection;
  /** One factor for the weights of the step's input, one for the weights of its output, and one for those between streams. */
  scale: ReadableData;
  base: ReadableData;
  /** Added to the weights. */
  epsilon: number;
  /** Maximum weight with which a stream receives the result; null: streams receive nothing, as after the last layer. */
  given: { magnitude: number; epsilon: number } | null;
  /** Number of rounds in which rows and columns of the weights between streams are normalized to sum 1; null: streams are not mixed. */
  crossed: { rounds: number } | null;
}

/** Each number of each stream has its own gate. */
export interface GatedStreams {
  kind: 'gated';
  /** Normalizes each stream separately. */
  norm: NormPlan;
  down: Projection;
  up: Projection;
  /** Null: streams receive nothing. */
  inject: Projection | null;
}

export type StreamsPlan = WeighedStreams | GatedStreams;

/** A cap on the rounds, far beyond the number after which they change nothing. */
const MOST_ROUNDS = 1024;

/** `name` is the prefix of the tensor names; `gives` says whether the step's result is added to the streams. Throws TraceError. */
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
