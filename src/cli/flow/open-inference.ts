/** A model opened to be computed with, and what goes wrong on the way told as errors about it. */

import { chooseProducts } from '../../inference/choose-matmul.js';
import { checkPredicts, checkTokens, type TracedModel, tracedModel } from '../../inference/computed-model.js';
import { workFor } from '../../inference/cost.js';
import { PromptRun } from '../../inference/forward-pass.js';
import type { Products } from '../../inference/matmul.js';
import type { OpenedModel } from '../../open/open-model.js';
import { aboutTarget } from '../../open/read-header.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import { built } from '../built.js';
import { locateTarget } from '../locate-target.js';
import { openTarget } from '../open-target.js';
import { withProgress } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { type Prompt, readPrompt } from './prompt.js';

/** What was typed: a prompt, or ids in place of it. */
export interface Typed {
  prompt: string | undefined;
  tokens: string | undefined;
}

export interface OpenTrace {
  opened: OpenedModel;
  model: TracedModel;
  prompt: Prompt;
  /** Computes up to the attention of a layer, or to the end; does `work` with a run that has begun. */
  run<T>(upTo: number | 'end', work: (run: PromptRun) => Promise<T>): Promise<T>;
}

/** Opens a model, reads the prompt, does the work, closes the model. What goes wrong is told with the name of the model. */
export async function withTrace<T>(target: string, typed: Typed, work: (trace: OpenTrace) => Promise<T>): Promise<T> {
  if (locateTarget(target).kind === 'stream') {
    const message = 'weights are read in the order of the computation, and a stream brings them in its own';
    throw new UsageError('stream', message, 'save it to a file first').about(target);
  }
  try {
    await using opened = await openTarget(target, { data: true, headerBytes: true });
    const model = tracedModel(opened.file);
    const prompt = await readPrompt(opened.header, typed.prompt, typed.tokens);
    return await work({ opened, model, prompt, run: (upTo, then) => run({ opened, model, prompt, upTo }, then) });
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_IDS);
    throw aboutTarget(error, target);
  }
}

const BY_IDS = '--tokens 1,616,649 takes the ids of tokens in place of a prompt';

interface Asked {
  opened: OpenedModel;
  model: TracedModel;
  prompt: Prompt;
  upTo: number | 'end';
}

async function run<T>({ opened, model, prompt, upTo }: Asked, work: (run: PromptRun) => Promise<T>): Promise<T> {
  const ids = prompt.tokens.map(({ id }) => id);
  // Before anything is started for so many tokens.
  checkTokens(model, ids);
  if (upTo === 'end') checkPredicts(model);
  const { bytes, multiplications } = workFor(opened.file, model.output, ids.length, upTo);
  const products = await chooseProducts(multiplications, {
    source: opened.data,
    paths: opened.realPaths,
    kernels: built('value-kernels.wasm'),
    worker: built('worker.cjs'),
  });
  try {
    return await withProgress('computed with', bytes, async ({ at }) => {
      let done = 0;
      const counted: Products['multiply'] = async (range, inputs, into) => {
        await products.multiply(range, inputs, into);
        done += range.rows * range.matrix.rowBytes;
        at(Math.min(done, bytes));
      };
      const means = { source: opened.data, products: { ...products, multiply: counted } };
      return await work(await PromptRun.begin(model, ids, means));
    });
  } finally {
    await products.close();
  }
}
