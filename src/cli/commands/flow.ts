/** `flow`: the way of a token through a model; with a prompt or token ids, computed. */

import { isExplained } from '../../explained-error.js';
import { modelFirst } from '../model-argument.js';
import { writeDocument } from '../output.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface FlowOptions {
  format: 'text' | 'mermaid' | 'svg' | 'json';
  json?: boolean;
  tokens?: string;
}

/** What computes and what draws are loaded when they are asked for: neither needs the other. */
export async function flowCommand(first: string, second: string | undefined, options: FlowOptions): Promise<void> {
  const [target, prompt] = second === undefined ? [first, undefined] : modelFirst(first, second);
  const json = options.json === true || options.format === 'json';
  const picture = options.format === 'mermaid' || options.format === 'svg';
  if (prompt === undefined && options.tokens === undefined) return await drawFlow(target, options.format, json);
  if (picture) {
    const message = `--format ${options.format} draws the model, and no prompt that goes through it`;
    throw new UsageError('bad-usage', message, 'leave the prompt out, or the format');
  }
  const { computeFlow } = await import('../flow/computed-flow.js');
  try {
    await computeFlow(target, prompt, { ...(options.tokens === undefined ? {} : { tokens: options.tokens }), json });
  } catch (error) {
    // What cannot be computed here can still be drawn; the error that says why comes behind it.
    const drawn = isExplained(error) && error.code === 'untraced-architecture' && !json;
    if (drawn) await drawFlow(target, 'text', false);
    throw error;
  }
}

async function drawFlow(target: string, format: FlowOptions['format'], json: boolean): Promise<void> {
  const { openTarget } = await import('../open-target.js');
  const { flowReport } = await import('../../report/flow-diagram-report.js');
  const { model } = await openTarget(target);
  const report = flowReport(target, model);
  if (format === 'mermaid' && !json) writeDocument([(await import('../../render/mermaid.js')).renderMermaid(report)]);
  else if (format === 'svg' && !json) writeDocument([(await import('../../render/svg.js')).renderSvg(report)]);
  else await printReport(report, json, (await import('../../render/text/flow-page.js')).renderFlow);
}
