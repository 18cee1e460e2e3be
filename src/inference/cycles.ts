/** The two vectors of each token, low and high, in models whose stacks of layers take turns (`Cycles`). */

import type { Arithmetic } from './arithmetic.js';
import type { CyclesPlan } from './plan-cycles.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, type Vectors } from './vectors.js';

/** Holds the low and the high vectors of the tokens between the runs. */
export class LowAndHigh {
  private readonly arithmetic: Arithmetic;
  private readonly planner: Planner;
  private readonly plan: CyclesPlan;
  private low: Vectors;
  private high: Vectors;

  private constructor(arithmetic: Arithmetic, planner: Planner, plan: CyclesPlan, low: Vectors, high: Vectors) {
    this.arithmetic = arithmetic;
    this.planner = planner;
    this.plan = plan;
    this.low = low;
    this.high = high;
  }

  static async begin(
    arithmetic: Arithmetic,
    planner: Planner,
    { rows, plan }: { rows: Vectors; plan: CyclesPlan },
  ): Promise<LowAndHigh> {
    const first = await arithmetic.vector(planner.tensors.vector(plan.firstLow, rows.length));
    const low = makeVectors(rows.count, rows.length);
    for (let t = 0; t < low.count; t++) low.values.set(first, t * low.length);
    return new LowAndHigh(arithmetic, planner, plan, low, rows);
  }

  /** Where a run begins, returns the sum of both. */
  before(layer: number, left: Vectors): Vectors {
    if (!this.plan.begins(layer)) return left;
    const sum = { ...this.high, values: this.high.values.slice() };
    addTo(sum.values, this.low.values);
    return sum;
  }

  /** Where a run ends, applies the norm and keeps the result. */
  async behind(layer: number, made: Vectors): Promise<Vectors> {
    const ended = this.plan.ends(layer);
    if (ended === null) return made;
    this[ended] = await this.arithmetic.normalized(made, this.planner.norm('', made.length, { bare: true }));
    return this[ended];
  }
}
