/** `flow`: the way of a token through a model; with a prompt or token ids, computed. */

import { isExplained, UsageError } from '../../explained-error.js';
import type { FlowOptions } from '../definitions/flow.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';

/** What computes and what draws are loaded when they are asked for: neither needs the other. */
export async function run(first: string, second: string | undefined, options: FlowOptions): Promise<void> {
  const { format, tokens, with: other } = options;
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  if (prompt === undefined && tokens === undefined) {
    if (other === undefined) return await drawFlow(target, format);
    const message = '--with compares a prompt with another text: give a prompt too';
    throw new UsageError('bad-usage', message, 'write both: gguf-explain flow MODEL "one text" --with "another"');
  }
  if (format === 'mermaid' || format === 'svg') {
    const message = `--format ${format} draws the model, and no prompt that goes through it`;
    throw new UsageError('bad-usage', message, 'leave the prompt out, or the format');
  }
  const [{ typedOther, typedPrompt, withComputation }, { computedFlow }, { renderComputedFlow }] = await Promise.all([
    import('../computation.js'),
    import('../../library/computed-flow.js'),
    import('../../render/text/computed-flow-page.js'),
  ]);
  try {
    const second = other === undefined ? undefined : typedOther(other, tokens);
    const report = await withComputation(target, typedPrompt(prompt, tokens), computedFlow, second);
    await printReport(report, format, { text: renderComputedFlow });
  } catch (error) {
    // What cannot be computed here can still be drawn; the error that says why comes behind it.
    const drawn = isExplained(error) && error.code === 'untraced-architecture' && format !== 'json';
    if (drawn) await drawFlow(target, 'text');
    throw error;
  }
}

async function drawFlow(target: string, format: FlowOptions['format']): Promise<void> {
  const { openTarget } = await import('../open-target.js');
  const { flowReport } = await import('../../report/flow-report.js');
  const { model } = await openTarget(target);
  const report = flowReport(target, model);
  await printReport(report, format, {
    text: async (shown, options) => (await import('../../render/text/flow-page.js')).renderFlow(shown, options),
    mermaid: async (shown) => [(await import('../../render/mermaid.js')).renderMermaid(shown)],
    svg: async (shown) => [(await import('../../render/svg.js')).renderSvg(shown)],
  });
}
