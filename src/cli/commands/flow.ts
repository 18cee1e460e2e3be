/** `flow`: how a token travels through a model; with a prompt or token ids, the numbers are computed. */

import { isExplained, UsageError } from '../../explained-error.js';
import type { Computation } from '../../library/computed-flow.js';
import type { FlowOptions } from '../definitions/flow.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';
import { tellLines } from '../output.js';

/** An example value for each option, for a hint. */
const EXAMPLES = { '--with': ' "another"', '--lens': '', '--every': ' 4' } as const;

/** The code that computes and the code that draws are loaded separately: neither needs the other. */
export async function run(first: string, second: string | undefined, options: FlowOptions): Promise<void> {
  const { format, tokens, with: other, lens, every } = options;
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  if (prompt === undefined && tokens === undefined) {
    const wanting = other !== undefined ? '--with' : lens ? '--lens' : every !== undefined ? '--every' : undefined;
    if (wanting === undefined) return await drawFlow(target, format);
    const message = `${wanting} needs a prompt to compute with`;
    throw new UsageError(
      'bad-usage',
      message,
      `write both: gguf-explain flow MODEL "a text" ${wanting}${EXAMPLES[wanting]}`,
    );
  }
  if (format === 'mermaid' || format === 'svg') {
    const message = `--format ${format} draws the model, not a prompt that goes through it`;
    throw new UsageError('bad-usage', message, 'leave out the prompt or the format');
  }
  const [{ typedOther, typedPrompt, withComputation }, { computedFlow }, { renderComputedFlow }] = await Promise.all([
    import('../computation.js'),
    import('../../library/computed-flow.js'),
    import('../../render/text/computed-flow-page.js'),
  ]);
  try {
    const second = other === undefined ? undefined : typedOther(other, tokens);
    const work = (first: Computation, other?: Computation) => computedFlow(first, { every, lens, other });
    const report = await withComputation(target, typedPrompt(prompt, tokens), work, second);
    await printReport(report, format, { text: renderComputedFlow });
    if (every !== undefined && report.noGuesses === 'no-prediction') {
      tellLines(['gguf-explain: --every does nothing: this model predicts no token, so it has no guesses']);
    }
  } catch (error) {
    // A model that cannot be computed can still be drawn; the error after the drawing says why.
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
