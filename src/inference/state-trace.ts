/** What a layer without softmax attention keeps of the tokens: a state of fixed size, and how much of each token is left in it. */

import type { Recurrence } from '../architectures/recurrence.js';
import type { Vectors } from './vectors.js';

/** Numbers that are kept from token to token. */
export interface StatePart {
  /** `state`: a matrix for each head. `convolution`: the last tokens before the short convolution. `shift`: the token before. */
  kind: 'state' | 'convolution' | 'shift';
  /** Its axes, the fastest first. */
  dimensions: readonly number[];
}

/**
 * How the state fades, token by token. A number of the state of head h is multiplied at token t with e^x, where x is the number of
 * `logs` for t and h, times each of `rates` of the head where there are any (Mamba, whose logs are steps of time). `logs` has one
 * number for each head, or one for each row of its state.
 */
export interface Fading {
  heads: number;
  logs: Vectors;
  rates: Float32Array | null;
}

export interface StateTrace {
  layer: number;
  kind: Recurrence['kind'];
  parts: readonly StatePart[];
  /** Null where nothing fades: the block only has a short convolution. */
  fading: Fading | null;
  /** How long the state of each head is behind the last token; empty without heads. */
  lengths: Float64Array;
  /** What the state gives for a key is replaced, so more of earlier tokens is lost than what fades (delta rule). */
  overwrites: boolean;
}

/** What a block knows of it. */
export type BlockTrace = Omit<StateTrace, 'layer' | 'kind'>;

/** Numbers of the state, which are kept in 4 bytes each. */
export function stateNumbers({ parts }: Pick<StateTrace, 'parts'>): number {
  return parts.reduce((sum, { dimensions }) => sum + dimensions.reduce((product, one) => product * one, 1), 0);
}

/**
 * For each token and head: how much of what the token put into the state is left behind the last token, as fading goes: 1 for the
 * last token, less for earlier ones. The mean over the rows of the head's state.
 */
export function leftOf({ heads, logs, rates }: Fading): Float64Array[] {
  const { count, length, values } = logs;
  const each = length / heads;
  const ofRates = rates === null ? 1 : rates.length / heads;
  const sums = new Float64Array(length);
  const result: Float64Array[] = new Array(count);
  for (let token = count - 1; token >= 0; token--) {
    const left = new Float64Array(heads);
    for (let head = 0; head < heads; head++) {
      let sum = 0;
      for (let i = head * each; i < (head + 1) * each; i++) {
        for (let r = 0; r < ofRates; r++) {
          const rate = rates === null ? 1 : (rates[head * ofRates + r] as number);
          sum += Math.exp((sums[i] as number) * rate);
        }
      }
      left[head] = sum / (each * ofRates);
    }
    result[token] = left;
    // The token's own factor holds for what was there before it.
    for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + (values[token * length + i] as number);
  }
  return result;
}

/**
 * For each head: tokens after which half of what the state holds has faded, by the mean over tokens and rows of the logarithms;
 * infinite where nothing fades.
 */
export function halfLives({ heads, logs, rates }: Fading): Float64Array {
  const each = logs.length / heads;
  const ofRates = rates === null ? 1 : rates.length / heads;
  return Float64Array.from({ length: heads }, (_, head) => {
    let steps = 0;
    for (let token = 0; token < logs.count; token++) {
      for (let i = head * each; i < (head + 1) * each; i++) steps += logs.values[token * logs.length + i] as number;
    }
    const rate = rates === null ? 1 : sumOf(rates.subarray(head * ofRates, (head + 1) * ofRates)) / ofRates;
    const fades = -(steps / (logs.count * each)) * rate;
    return fades > 0 ? Math.LN2 / fades : Number.POSITIVE_INFINITY;
  });
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, one) => sum + one, 0);
}
