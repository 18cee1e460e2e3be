/** `flow` with a prompt: through all layers to the tokens that are most likely next, or to the vectors of an encoder. */

import { computedFlow } from '../../library/computed-flow.js';
import { renderComputedFlow } from '../../render/text/computed-flow-page.js';
import { printReport } from '../formats.js';
import { withComputation } from './open-inference.js';
import { typedOther, typedPrompt } from './typed-prompt.js';

/** What was typed: a prompt, or ids in place of it. */
interface Typed {
  prompt: string | undefined;
  tokens: string | undefined;
  /** Another text to compare it with. */
  with: string | undefined;
}

/** Computes and prints. Throws UsageError for a model, a prompt or tokens that cannot be computed with. */
export async function computeFlow(
  target: string,
  { prompt, tokens, with: other }: Typed,
  format: 'text' | 'json',
): Promise<void> {
  const report = await withComputation(
    target,
    typedPrompt(prompt, tokens),
    computedFlow,
    other === undefined ? undefined : typedOther(other, tokens),
  );
  await printReport(report, format, { text: renderComputedFlow });
}
