/** The state of a layer without softmax attention: its fixed size, and how much of each token is left in it. */

import type { Recurrence } from '../architectures/recurrence.js';
import type { Vectors } from './vectors.js';

/** A part of what is kept from token to token. */
export interface StatePart {
  /**
   * `state`: a matrix for each head. `convolution`: the inputs of the last tokens for the short convolution. `shift`: the previous token.
   */
  kind: 'state' | 'convolution' | 'shift';
  /** Its axes, fastest first. */
  dimensions: readonly number[];
}

/**
 * How the state decays, token by token. At token t, a number of head h's state is multiplied by e^x. x is the number of `logs` for t and h,
 * times each of the head's `rates` if there are any (Mamba, whose logs are time steps). `logs` has one number for each head, or one for
 * each row of its state.
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
  /** Null if nothing decays: the block only has a short convolution. */
  fading: Fading | null;
  /** Norm of each head's state after the last token; empty if there are no heads. */
  lengths: Float64Array;
  /** The state's content for a key is replaced, so more of the earlier tokens is lost than by decay (delta rule). */
  overwrites: boolean;
}

/** The part of the trace that the block itself provides. */
export type BlockTrace = Omit<StateTrace, 'layer' | 'kind'>;

/** How many numbers the state has, at 4 bytes each. */
export function stateNumbers({ parts }: Pick<StateTrace, 'parts'>): number {
  return parts.reduce((sum, { dimensions }) => sum + dimensions.reduce((product, one) => product * one, 1), 0);
}

/**
 * For each token and head: the fraction of the token's contribution to the state that decay leaves after the last token: 1 for the last
 * token, less for earlier ones; averaged over the rows of the head's state.
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
    // The token's own factor applies to what was in the state before it.
    for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + (values[token * length + i] as number);
  }
  return result;
}

/**
 * For each head: the number of tokens after which half of the state has decayed, from the mean logarithm over tokens and rows; infinite if
 * nothing decays.
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
