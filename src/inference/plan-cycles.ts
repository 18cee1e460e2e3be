/** The position of each layer in two stacks that take turns (`Cycles`). */

import type { Cycles } from '../architectures/forward.js';
import { TraceError } from './inference-error.js';

export type StackName = 'low' | 'high';

export interface CyclesPlan {
  /** Name of the tensor with the initial low vector. */
  firstLow: string;
  /** The block number in the tensor names of a layer. */
  block(layer: number): number;
  /** Whether a run of a stack begins at this layer. */
  begins(layer: number): boolean;
  /** The stack whose run ends at this layer; null if the run continues. */
  ends(layer: number): StackName | null;
}

/** `count` returns the number under a key. Throws TraceError where these numbers contradict `block_count`. */
export function planCycles(keys: Cycles, layers: number, count: (key: string) => number): CyclesPlan {
  const [each, cycles, lowRuns] = [count(keys.layers), count(keys.cycles), count(keys.lowRuns)];
  const counted = each * cycles * (lowRuns + 1);
  if (counted !== layers) {
    throw new TraceError(
      'missing-number',
      `block_count is ${layers}, and ${keys.layers}, ${keys.cycles} and ${keys.lowRuns} make ${counted}`,
    );
  }
  const stack = (layer: number): StackName => (Math.floor(layer / each) % (lowRuns + 1) === lowRuns ? 'high' : 'low');
  return {
    firstLow: keys.firstLow,
    block: (layer) => (stack(layer) === 'high' ? each : 0) + (layer % each),
    begins: (layer) => layer % each === 0,
    ends: (layer) => ((layer + 1) % each === 0 ? stack(layer) : null),
  };
}
