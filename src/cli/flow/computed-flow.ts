/** `flow` with a prompt: through all layers to the tokens that are most likely next. */

import { nextTokens } from '../../library/computed-flow.js';
import { renderComputedFlow } from '../../render/text/computed-flow-page.js';
import { printReport } from '../print-report.js';
import { withComputation } from './open-inference.js';
import { typedPrompt } from './typed-prompt.js';

export interface ComputedFlowOptions {
  /** Token ids with commas between, in place of a prompt. */
  tokens?: string | undefined;
  json?: boolean | undefined;
}

/** Computes and prints. Throws UsageError for a model, a prompt or tokens that cannot be computed with. */
export async function computeFlow(
  target: string,
  prompt: string | undefined,
  { tokens, json }: ComputedFlowOptions,
): Promise<void> {
  const report = await withComputation(target, typedPrompt(prompt, tokens), nextTokens);
  await printReport(report, json, renderComputedFlow);
}
