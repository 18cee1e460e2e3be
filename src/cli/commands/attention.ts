/** `attention`: how much each token of a prompt attends to those before it, in one head in full and, as JSON, in all. */

import { attentionOf } from '../../library/attention.js';
import { renderAttention } from '../../render/text/attention-page.js';
import { typedPrompt, withComputation } from '../computation.js';
import type { AttentionOptions } from '../definitions/attention.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';

export async function run(
  first: string,
  second: string | undefined,
  { layer, head = 0, tokens, format }: AttentionOptions,
): Promise<void> {
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  const question = { layer, head, everyHead: format === 'json' };
  const report = await withComputation(target, typedPrompt(prompt, tokens), (computation) =>
    attentionOf(computation, question),
  );
  await printReport(report, format, { text: renderAttention });
}
