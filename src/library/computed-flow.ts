/** A prompt computed with: an open model, the prompt as tokens, and a run through the layers. */

import { UsageError } from '../explained-error.js';
import { type TracedModel, tracedModel } from '../inference/computed-model.js';
import type { LayerEffect, PromptRun } from '../inference/forward-pass.js';
import { runPrompt } from '../inference/run-prompt.js';
import type { OpenedModel } from '../open/open-model.js';
import { nextTokensReport } from '../report/next-tokens-report.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import { sampleOf } from '../report/vector-sample.js';
import { type AskedPrompt, type Prompt, readPrompt } from '../tokenizer/prompt.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

export interface Computation {
  opened: OpenedModel;
  model: TracedModel;
  prompt: Prompt;
  /** Computes up to the attention of a layer, or to the end; does `work` with a run that has begun. */
  run<T>(upTo: number | 'end', work: (run: PromptRun) => Promise<T>): Promise<T>;
}

/**
 * What computes with a prompt. The model must be open for its data and with the bytes of its header.
 *
 * @throws UsageError for a stream, TraceError for a model that cannot be computed with, TokenizerError for a text that cannot be cut.
 */
export async function computationOf(opened: OpenedModel, asked: AskedPrompt, watch: Watch): Promise<Computation> {
  requireAnyOrder(opened.name, opened.locality === 'stream');
  const { file, data: blocks, realPaths } = opened;
  const model = tracedModel(file);
  const prompt = await readPrompt(opened.header, asked);
  const ids = prompt.tokens.map(({ id }) => id);
  const means = { kernels: built('value-kernels.wasm'), worker: built('worker.cjs') };
  return {
    ...{ opened, model, prompt },
    run: (upTo, work) =>
      watch({ verb: 'computed with' }, (watched) =>
        runPrompt({ file, blocks, realPaths }, model, { ids, upTo }, { ...means, ...watched }, work),
      ),
  };
}

/** Throws UsageError for a stream, with its name. */
export function requireAnyOrder(name: string, isStream: boolean): void {
  if (!isStream) return;
  const message = 'weights are read in the order of the computation, and a stream brings them in its own';
  throw new UsageError('stream', message, 'save it to a file first').about(name);
}

/** Through all layers to the tokens that are most likely next. */
export async function nextTokens({ opened, model, prompt, run }: Computation): Promise<NextTokensReport> {
  return await run('end', async (way) => {
    const rows = sampleOf(way.residual, 0, way.residual.length);
    const effects: LayerEffect[] = [];
    for (let layer = 0; layer < model.numbers.layers; layer++) {
      const plan = model.planner.layer(layer);
      effects.push(await way.layer(plan));
    }
    const logits = await way.logits();
    return nextTokensReport({
      ...{ name: opened.name, file: opened.file, model, rows, effects, logits },
      ...{ tokens: prompt.tokens, pieceOf: prompt.pieceOf },
    });
  });
}
