/** The blocks that keep a state of fixed size in place of keys and values: each kind with its plan and its computation. */

import type { Recurrence } from '../architectures/recurrence.js';
import type { Arithmetic } from './arithmetic.js';
import { throughMamba } from './mamba.js';
import type { LayerPlan } from './plan.js';
import { planMamba } from './plan-mamba.js';
import type { Planner } from './planner.js';
import { planShortConvolution, throughShortConvolution } from './short-convolution.js';
import type { BlockTrace, StateTrace } from './state-trace.js';
import type { Vectors } from './vectors.js';

/** What the block adds, and what it keeps. Throws TraceError where a tensor or number is missing or does not fit. */
export async function throughRecurrence(
  arithmetic: Arithmetic,
  planner: Planner,
  plan: LayerPlan,
  block: Recurrence,
  input: Vectors,
): Promise<{ result: Vectors; trace: StateTrace }> {
  const { result, trace } = await through(arithmetic, planner, plan, block, input);
  return { result, trace: { layer: plan.layer, kind: block.kind, ...trace } };
}

function through(
  arithmetic: Arithmetic,
  planner: Planner,
  plan: LayerPlan,
  block: Recurrence,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  switch (block.kind) {
    case 'mamba':
    case 'mamba-2':
      return throughMamba(arithmetic, planMamba(planner, plan, block), input);
    case 'short-convolution':
      return throughShortConvolution(arithmetic, planShortConvolution(planner, plan, block), input);
  }
}
