/** Two stacks of layers that run in turns (`Cycles`): which layer is where in them, and the two vectors of each token. */

import type { Cycles } from '../architectures/forward.js';
import type { Arithmetic } from './arithmetic.js';
import { TraceError } from './inference-error.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, type Vectors } from './vectors.js';

export type StackName = 'low' | 'high';

export interface CyclesPlan {
  /** The block whose tensors a layer has. */
  block(layer: number): number;
  /** Whether a run of a stack begins with this layer. */
  begins(layer: number): boolean;
  /** The stack whose run ends with this layer; null where the run goes on. */
  ends(layer: number): StackName | null;
}

/** `count` gives the number under a key. Throws TraceError where they count other layers than `block_count`. */
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
    block: (layer) => (stack(layer) === 'high' ? each : 0) + (layer % each),
    begins: (layer) => layer % each === 0,
    ends: (layer) => ((layer + 1) % each === 0 ? stack(layer) : null),
  };
}

/** The low and the high vectors of the tokens between the runs. */
export class LowAndHigh {
  private readonly plan: CyclesPlan;
  private low: Vectors;
  private high: Vectors;

  private constructor(plan: CyclesPlan, low: Vectors, high: Vectors) {
    this.plan = plan;
    this.low = low;
    this.high = high;
  }

  /** Null for a model without cycles. `rows`: the vectors of the tokens as they are looked up. */
  static async begin(arithmetic: Arithmetic, { numbers, tensors }: Planner, rows: Vectors): Promise<LowAndHigh | null> {
    const { cycles, forward } = numbers;
    if (cycles === null || forward.cycles === undefined) return null;
    const first = await arithmetic.vector(tensors.vector(forward.cycles.firstLow, rows.length));
    const low = makeVectors(rows.count, rows.length);
    for (let t = 0; t < low.count; t++) low.values.set(first, t * low.length);
    return new LowAndHigh(cycles, low, rows);
  }

  /** What a layer reads: `residual`, or the sum of both where a run begins. */
  before(layer: number, residual: Vectors): Vectors {
    if (!this.plan.begins(layer)) return residual;
    const sum = { ...this.high, values: this.high.values.slice() };
    addTo(sum.values, this.low.values);
    return sum;
  }

  /** What a layer leaves: `residual`, or its norm where a run ends. */
  async behind(layer: number, residual: Vectors, arithmetic: Arithmetic, planner: Planner): Promise<Vectors> {
    const ended = this.plan.ends(layer);
    if (ended === null) return residual;
    this[ended] = await arithmetic.normalized(residual, planner.norm('', residual.length, { bare: true }));
    return this[ended];
  }
}
