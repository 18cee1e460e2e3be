/** The two vectors of each token, low and high, of stacks of layers that run in turns (`Cycles`). */

import type { Arithmetic } from './arithmetic.js';
import type { CyclesPlan } from './plan-cycles.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, type Vectors } from './vectors.js';

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
