/** The blocks that keep a state of fixed size instead of keys and values: each kind's plan and computation. */

import type { Block } from '../architectures/forward.js';
import type { Recurrence } from '../architectures/recurrence.js';
import type { Arithmetic } from './arithmetic.js';
import { planChannelMixing, throughChannelMixing } from './channel-mixing.js';
import { throughDeltaRule } from './delta-rule.js';
import { planLightning, throughLightning } from './lightning-attention.js';
import { throughMamba } from './mamba.js';
import { planNgrams, throughNgrams } from './ngram-embedding.js';
import type { LayerPlan } from './plan.js';
import { planDeltaRule, planKimiDelta } from './plan-delta-rule.js';
import { planMamba } from './plan-mamba.js';
import { planRwkv6, planRwkv7 } from './plan-rwkv.js';
import type { Planner } from './planner.js';
import { type FirstValues, throughRwkv6, throughRwkv7 } from './rwkv.js';
import { planShortConvolution, throughShortConvolution } from './short-convolution.js';
import type { BlockTrace, StateTrace } from './state-trace.js';
import type { Vectors } from './vectors.js';

/** What blocks need to know about the whole prompt: the first layer's values, and the token ids. */
export interface Prompt {
  first: FirstValues;
  ids: readonly number[];
}

/**
 * Returns what the block adds to the residual stream, and its state. Throws TraceError where a tensor or number is missing or does not fit.
 */
export async function throughRecurrence(
  arithmetic: Arithmetic,
  planner: Planner,
  plan: LayerPlan,
  block: Recurrence,
  input: Vectors,
  prompt: Prompt,
): Promise<{ result: Vectors; trace: StateTrace }> {
  const { result, trace } = await through(arithmetic, planner, plan, block, input, prompt);
  return { result, trace: { layer: plan.layer, kind: block.kind, ...trace } };
}

function through(
  arithmetic: Arithmetic,
  planner: Planner,
  plan: LayerPlan,
  block: Recurrence,
  input: Vectors,
  { first, ids }: Prompt,
): Promise<{ result: Vectors; trace: BlockTrace }> {
  switch (block.kind) {
    case 'mamba':
    case 'mamba-2':
      return throughMamba(arithmetic, planMamba(planner, plan, block), input);
    case 'short-convolution':
      return throughShortConvolution(arithmetic, planShortConvolution(planner, plan, block), input);
    case 'rwkv-6':
      return throughRwkv6(arithmetic, planRwkv6(planner, plan), input);
    case 'rwkv-7':
      return throughRwkv7(arithmetic, planRwkv7(planner, plan), input, first);
    case 'delta-rule':
      return throughDeltaRule(arithmetic, planDeltaRule(planner, plan, block), input);
    case 'kimi-delta':
      return throughDeltaRule(arithmetic, planKimiDelta(planner, plan, block), input);
    case 'lightning':
      return throughLightning(arithmetic, planLightning(planner, plan), input);
    case 'ngram-embedding':
      return throughNgrams(arithmetic, planNgrams(planner, plan), input, ids);
    case 'channel-mixing':
      return throughChannelMixing(arithmetic, planChannelMixing(planner, plan), input);
  }
}

const KINDS: Readonly<Record<Recurrence['kind'], true>> = {
  mamba: true,
  'mamba-2': true,
  'short-convolution': true,
  'rwkv-6': true,
  'rwkv-7': true,
  'channel-mixing': true,
  'ngram-embedding': true,
  'delta-rule': true,
  'kimi-delta': true,
  lightning: true,
};

/** Whether a block keeps a state from token to token. */
export function isRecurrence(block: Block): block is Recurrence {
  return block.kind in KINDS;
}
