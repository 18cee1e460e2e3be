/** LFM2's short convolution, which replaces attention in some layers: it reads a few tokens back, and these are its only state. */

import type { ShortConvolution } from '../architectures/recurrence.js';
import type { Arithmetic } from './arithmetic.js';
import { type ConvolutionPlan, convolved, planConvolution } from './causal-convolution.js';
import { MOST_HEADS } from './model-numbers.js';
import type { LayerPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';
import type { BlockTrace } from './state-trace.js';
import { stretch, type Vectors } from './vectors.js';

export interface ShortConvolutionPlan {
  into: Projection;
  convolution: ConvolutionPlan;
  /** How many later tokens a token reads. */
  ahead: number;
  out: Projection;
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planShortConvolution(
  planner: Planner,
  { layer, view }: LayerPlan,
  block: ShortConvolution,
): ShortConvolutionPlan {
  const { embedding } = planner.numbers;
  const name = (part: string) => planner.name(layer, `shortconv.${part}`);
  const taps = planner.length('shortconv.l_cache', view.number('shortconv.l_cache'), MOST_HEADS);
  return {
    into: planner.projection(name('in_proj'), embedding, { rows: 3 * embedding }),
    convolution: planConvolution(planner, name('conv'), taps, embedding),
    ahead: block.sees === 'all' ? Math.floor((taps - 1) / 2) : 0,
    out: planner.projection(name('out_proj'), embedding, { rows: embedding }),
  };
}

/** Returns what the block adds to the residual stream, and its state. */
export async function throughShortConvolution(
  arithmetic: Arithmetic,
  { into, convolution, ahead, out }: ShortConvolutionPlan,
  input: Vectors,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const { channels, taps } = convolution;
  const three = await arithmetic.project(into, input);
  const part = (first: number) => stretch(three, { first: first * channels, length: channels });
  const [b, c, x] = [part(0), part(1), part(2)];
  for (let i = 0; i < x.values.length; i++) x.values[i] = (x.values[i] as number) * (b.values[i] as number);
  const mixed = await convolved(arithmetic, convolution, x, { ahead });
  for (let i = 0; i < mixed.values.length; i++) mixed.values[i] = (mixed.values[i] as number) * (c.values[i] as number);
  return {
    result: await arithmetic.project(out, mixed),
    trace: {
      parts: [{ kind: 'convolution', dimensions: [taps - 1, channels] }],
      ...{ fading: null, lengths: new Float64Array(0), overwrites: false },
    },
  };
}
