/** `flow` with a prompt: through all layers to the tokens that are most likely next. */

import type { LayerEffect } from '../../inference/forward-pass.js';
import { renderComputedFlow } from '../../render/text/computed-flow-page.js';
import { nextTokensReport } from '../../report/next-tokens-report.js';
import type { NextTokensReport } from '../../report/next-tokens-schema.js';
import { sampleOf } from '../../report/vector-sample.js';
import type { AskedPrompt } from '../../tokenizer/prompt.js';
import { printReport } from '../print-report.js';
import { withTrace } from './open-inference.js';
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
  await printReport(await flowOf(target, typedPrompt(prompt, tokens)), json, renderComputedFlow);
}

function flowOf(target: string, asked: AskedPrompt): Promise<NextTokensReport> {
  return withTrace(target, asked, ({ opened, model, prompt, run }) =>
    run('end', async (way) => {
      const rows = sampleOf(way.residual, 0, way.residual.length);
      const effects: LayerEffect[] = [];
      for (let layer = 0; layer < model.numbers.layers; layer++) {
        const plan = model.planner.layer(layer);
        effects.push(await way.layer(plan, await way.attention(plan.attention)));
      }
      const logits = await way.logits();
      return nextTokensReport({
        ...{ name: target, file: opened.file, model, rows, effects, logits },
        ...{ tokens: prompt.tokens, pieceOf: prompt.pieceOf },
      });
    }),
  );
}
