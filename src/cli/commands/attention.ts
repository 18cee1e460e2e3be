/**
 * `attention`: how much each token of a prompt attends to itself and to earlier tokens: one head in full, all heads, or one head for two
 * prompts.
 */

import { type AttentionQuestion, attentionOf, comparedAttention } from '../../library/attention.js';
import type { Computation } from '../../library/computed-flow.js';
import { renderAttention } from '../../render/text/attention-page.js';
import { renderComparedAttention } from '../../render/text/compared-attention-page.js';
import { renderHeads } from '../../render/text/heads-page.js';
import { typedOther, typedPrompt, withComputation } from '../computation.js';
import type { AttentionOptions } from '../definitions/attention.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';

export async function run(
  first: string,
  second: string | undefined,
  { layer, head = 0, heads, with: other, tokens, format }: AttentionOptions,
): Promise<void> {
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  const everyHead = format === 'json' ? 'weights' : heads === 'all' ? 'weights-of-one-layer' : false;
  const question: AttentionQuestion = { layer, head, everyHead };
  const work = (one: Computation, another?: Computation) =>
    another === undefined ? attentionOf(one, question) : comparedAttention(one, another, question);
  const asked = other === undefined ? undefined : typedOther(other, tokens);
  const report = await withComputation(target, typedPrompt(prompt, tokens), work, asked);
  const text = other !== undefined ? renderComparedAttention : heads === 'all' ? renderHeads : renderAttention;
  await printReport(report, format, { text });
}
