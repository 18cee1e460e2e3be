/** `flow` with a prompt: through all layers to the tokens that are most likely next. */

import type { LayerEffect } from '../../inference/forward-pass.js';
import { renderComputedFlow } from '../../render/text/computed-flow-page.js';
import { nextTokensReport } from '../../report/next-tokens-report.js';
import type { NextTokensReport } from '../../report/next-tokens-schema.js';
import { sampleOf } from '../../report/vector-sample.js';
import { printReport } from '../formats.js';
import { type Typed, withTrace } from './open-inference.js';

/** Computes and prints. Throws UsageError for a model, a prompt or tokens that cannot be computed with. */
export async function computeFlow(target: string, typed: Typed, format: 'text' | 'json'): Promise<void> {
  await printReport(await flowOf(target, typed), format, { text: renderComputedFlow });
}

function flowOf(target: string, typed: Typed): Promise<NextTokensReport> {
  return withTrace(target, typed, ({ opened, model, prompt, run }) =>
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
