/** A prompt computed with: an open model, the prompt as tokens, and a run through the layers. */

import { UsageError } from '../explained-error.js';
import { type Pass, type TracedModel, tracedModel } from '../inference/computed-model.js';
import type { PromptRun } from '../inference/forward-pass.js';
import { TraceError } from '../inference/inference-error.js';
import { likeness } from '../inference/pooling.js';
import { runPrompt } from '../inference/run-prompt.js';
import type { LayerEffect } from '../inference/through-block.js';
import type { OpenedModel } from '../open/open-model.js';
import { nextTokensReport, type VectorAnswer } from '../report/next-tokens-report.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import { sampleOf } from '../report/vector-sample.js';
import { type AskedPrompt, type Prompt, readPrompt } from '../tokenizer/prompt.js';
import { built } from './built.js';
import { requireLanguageModel } from './language-model.js';
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
  requireLanguageModel(opened, 'Prompts');
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

/**
 * Through all layers to the tokens that are most likely next, or to the vectors of a model that gives them. With `other`, to the vectors of
 * both texts.
 *
 * @throws TraceError where two texts are to be compared and the model makes no vector of a text.
 */
export async function computedFlow(
  computation: Computation,
  other: Computation | null = null,
): Promise<NextTokensReport> {
  const { opened, model, prompt, run } = computation;
  if (other !== null) checkComparable(model);
  const compared = other === null ? null : await textVector(other);
  return await run('end', async (way) => {
    const rows = sampleOf(way.residual, 0, way.residual.length);
    const effects = await throughLayers(model, way);
    const given = model.output === null || compared !== null ? await vectorsOf(way, compared) : await way.logits();
    return nextTokensReport({
      ...{ name: opened.name, file: opened.file, model, rows, effects, given },
      ...{ tokens: prompt.tokens, pieceOf: prompt.pieceOf },
    });
  });
}

/** A text and its vector. */
type Compared = Pick<NonNullable<VectorAnswer['compared']>, 'tokens' | 'pooled'>;

async function throughLayers({ passes }: TracedModel, way: PromptRun) {
  const effects: (LayerEffect & { layer: number; pass: Pass['name'] })[] = [];
  for (const pass of passes) {
    await way.enter(pass);
    for (let layer = 0; layer < pass.planner.numbers.layers; layer++) {
      effects.push({ layer, pass: pass.name, ...(await way.layer(pass.planner.layer(layer))) });
    }
  }
  return effects;
}

async function vectorsOf(way: PromptRun, compared: Compared | null): Promise<VectorAnswer> {
  const embeddings = await way.embeddings();
  const pooled = await way.pooled(embeddings);
  const both = pooled === null || compared === null ? null : { ...compared, cosine: likeness(pooled, compared.pooled) };
  return { embeddings, pooled, compared: both };
}

async function textVector({ model, prompt, run }: Computation): Promise<Compared> {
  return await run('end', async (way) => {
    await throughLayers(model, way);
    return { tokens: prompt.tokens, pooled: (await way.pooled(await way.embeddings())) as Float32Array };
  });
}

/** Throws TraceError for a model that makes no vector of a text. */
function checkComparable({ pooling, numbers }: TracedModel): void {
  if (pooling !== 'none' && pooling !== 'rank' && pooling !== 'unknown') return;
  const message =
    pooling === 'rank'
      ? 'this model gives scores of a text and not a vector, so two texts cannot be compared'
      : `the file does not state how one vector is made of a text (${numbers.name}.pooling_type), so two texts cannot be compared`;
  throw new TraceError('no-pooling', message, 'use an embedding model');
}
