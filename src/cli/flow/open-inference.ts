/** A model opened to be computed with, and what goes wrong on the way told as errors about it. */

import { type TracedModel, tracedModel } from '../../inference/computed-model.js';
import type { PromptRun } from '../../inference/forward-pass.js';
import { runPrompt } from '../../inference/run-prompt.js';
import type { OpenedModel } from '../../open/open-model.js';
import { aboutTarget } from '../../open/read-header.js';
import { type AskedPrompt, type Prompt, readPrompt } from '../../tokenizer/prompt.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import { built } from '../built.js';
import { locateTarget } from '../locate-target.js';
import { openTarget } from '../open-target.js';
import { withProgress } from '../progress.js';
import { UsageError } from '../usage-error.js';

export interface OpenTrace {
  opened: OpenedModel;
  model: TracedModel;
  prompt: Prompt;
  /** Computes up to the attention of a layer, or to the end; does `work` with a run that has begun. */
  run<T>(upTo: number | 'end', work: (run: PromptRun) => Promise<T>): Promise<T>;
}

/** Opens a model, reads the prompt, does the work, closes the model. What goes wrong is told with the name of the model. */
export async function withTrace<T>(
  target: string,
  asked: AskedPrompt,
  work: (trace: OpenTrace) => Promise<T>,
): Promise<T> {
  if (locateTarget(target).kind === 'stream') {
    const message = 'weights are read in the order of the computation, and a stream brings them in its own';
    throw new UsageError('stream', message, 'save it to a file first').about(target);
  }
  try {
    await using opened = await openTarget(target, { data: true, headerBytes: true });
    const { file, data: blocks, realPaths } = opened;
    const model = tracedModel(file);
    const prompt = await readPrompt(opened.header, asked);
    const ids = prompt.tokens.map(({ id }) => id);
    const means = { kernels: built('value-kernels.wasm'), worker: built('product-worker.cjs') };
    const run: OpenTrace['run'] = (upTo, then) =>
      withProgress('computed with', undefined, ({ begin, at }) =>
        runPrompt(
          { file, blocks, realPaths },
          model,
          { ids, upTo },
          { ...means, onBegin: begin, onProgress: at },
          then,
        ),
      );
    return await work({ opened, model, prompt, run });
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_IDS);
    throw aboutTarget(error, target);
  }
}

const BY_IDS = '--tokens 1,616,649 takes the ids of tokens in place of a prompt';
