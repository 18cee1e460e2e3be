/** Computes with a prompt: an open model, the prompt as tokens, and a run through the layers. */

import { UsageError } from '../explained-error.js';
import { type Pass, type TracedModel, tracedModel } from '../inference/computed-model.js';
import type { Scoring } from '../inference/cost.js';
import type { PromptRun } from '../inference/forward-pass.js';
import { guessedLayers, guessesFor, type NoGuesses, noGuesses, scoringOf } from '../inference/guesses.js';
import { TraceError } from '../inference/inference-error.js';
import { likeness } from '../inference/pooling.js';
import { runPrompt } from '../inference/run-prompt.js';
import type { LayerEffect, Watcher } from '../inference/through-block.js';
import { type Vectors, vectorAt } from '../inference/vectors.js';
import type { ModelWithData } from '../open/open-model.js';
import type { PromptToken } from '../report/attention-schema.js';
import type { Lens } from '../report/lens-schema.js';
import { type FlowAnswer, nextTokensReport, type VectorAnswer } from '../report/next-tokens-report.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import { sampleOf } from '../report/vector-sample.js';
import { type AskedPrompt, type Prompt, readPrompt } from '../tokenizer/prompt.js';
import { built } from './built.js';
import { requireLanguageModel } from './language-model.js';
import { lensOf } from './lens.js';
import type { Watch } from './watch.js';

export interface Computation {
  opened: ModelWithData;
  model: TracedModel;
  prompt: Prompt;
  /** Computes up to the attention of a layer, or to the end. Starts a run and passes it to `work`. */
  run<T>(upTo: number | 'end', work: (run: PromptRun) => Promise<T>, scoring?: Scoring): Promise<T>;
}

export interface FlowQuestion {
  /** A guess after every n layers. Left out: about as many guesses as fit on a page. */
  every?: number | undefined;
  /** Whether to record one product of the first layer with its numbers. */
  lens?: boolean | undefined;
  /** Another text: the vectors of both are compared. */
  other?: Computation | undefined;
  /** Returns the watcher for the layers of a stack. */
  watcher?: ((pass: Pass['name']) => Watcher) | undefined;
}

/**
 * Prepares computing with a prompt. The model must be open for its data and with the bytes of its header.
 *
 * @throws UsageError for a stream, TraceError for a model that cannot be computed, TokenizerError for a text that cannot be tokenized.
 */
export async function computationOf(opened: ModelWithData, asked: AskedPrompt, watch: Watch): Promise<Computation> {
  requireAnyOrder(opened.name, opened.locality === 'stream');
  requireLanguageModel(opened, 'Prompts');
  const { file, data: blocks, realPaths } = opened;
  const model = tracedModel(file);
  const prompt = await readPrompt(opened.header, asked);
  const ids = prompt.tokens.map(({ id }) => id);
  const means = { kernels: built('value-kernels.wasm'), worker: built('worker.cjs') };
  return {
    ...{ opened, model, prompt },
    run: (upTo, work, scoring) =>
      watch({ verb: 'computed with' }, (watched) =>
        runPrompt({ file, blocks, realPaths }, model, { ids, upTo, scoring }, { ...means, ...watched }, work),
      ),
  };
}

/** Throws UsageError for a stream, with its name. */
export function requireAnyOrder(name: string, isStream: boolean): void {
  if (!isStream) return;
  const message = 'a prompt needs the weights in another order than that of the file, and a stream cannot go back';
  throw new UsageError('stream', message, 'save it to a file first').about(name);
}

/**
 * Computes the prompt through all layers: to the tokens that are most likely next, with guesses after some layers, or to the vectors of an
 * embedding model.
 *
 * @throws TraceError if two texts are to be compared and the model does not make one vector of a text.
 */
export async function computedFlow(computation: Computation, question: FlowQuestion = {}): Promise<NextTokensReport> {
  const { opened, model, prompt, run } = computation;
  const { other, every, lens, watcher } = question;
  if (other !== undefined) checkComparable(model);
  const compared = other === undefined ? null : await textVector(other);
  const noGuess = compared === null ? noGuesses(model) : 'no-prediction';
  const guessed = noGuess === null ? guessedLayers(model, every) : [];
  // Two more than the guesses: the vectors before the first layer and after the last one are scored as well.
  const scoring = noGuess === null ? scoringOf(model, guessed.length + 2) : undefined;
  const work = async (way: PromptRun) => {
    const rows = sampleOf(way.residual, 0, way.residual.length);
    const states: LayerState[] = [];
    const { effects, product } = await throughLayers(computation, way, {
      ...(lens === true && { lens: true }),
      ...(watcher !== undefined && { watcher }),
      left: (layer) => {
        const isWanted = layer === null || layer === model.numbers.layers - 1 || guessed.includes(layer);
        if (noGuess === null && isWanted) states.push({ layer, vector: lastOf(way.residual) });
      },
    });
    const ending = await endOf(way, model, { compared, noGuess, states });
    return nextTokensReport({
      ...{ name: opened.name, file: opened.file, model, rows, effects, ...ending },
      prompt,
      ...(product !== undefined && { lens: product }),
    });
  };
  return await run('end', work, scoring);
}

/** The vector of the last token after a layer; null: before the first layer. */
interface LayerState {
  layer: number | null;
  vector: Float32Array;
}

function lastOf(vectors: Vectors): Float32Array {
  return vectorAt(vectors, vectors.count - 1).slice();
}

/** What the model gives, and its guesses after some layers. */
async function endOf(
  way: PromptRun,
  model: TracedModel,
  {
    compared,
    noGuess,
    states,
  }: { compared: Compared | null; noGuess: NoGuesses | null; states: readonly LayerState[] },
): Promise<Pick<FlowAnswer, 'given' | 'guesses' | 'noGuess'>> {
  if (model.output === null || compared !== null) return { given: await vectorsOf(way, compared), noGuess };
  if (noGuess !== null) return { given: await way.logits(), noGuess };
  const { guesses, logits } = await guessesFor(
    way,
    model,
    states.map(({ vector }) => vector),
  );
  const told = guesses.map((guess, at) => ({ layer: (states[at] as LayerState).layer, ...guess }));
  return { given: logits, guesses: told, noGuess: null };
}

/** A text and its vector. */
type Compared = Pick<NonNullable<VectorAnswer['compared']>, 'tokens' | 'pooled'>;

/** What to observe during the run. */
interface Looks {
  /** One product of the first layer. */
  lens?: boolean;
  /** Called before the first layer of the last stack, with null, and after each of its layers. */
  left?(layer: number | null): void;
  watcher?(pass: Pass['name']): Watcher;
}

async function throughLayers(
  { model, prompt, opened }: Computation,
  way: PromptRun,
  { lens, left, watcher }: Looks = {},
) {
  const effects: (LayerEffect & { layer: number; pass: Pass['name'] })[] = [];
  let product: Lens | null | undefined;
  for (const pass of model.passes) {
    await way.enter(pass);
    const isLast = pass === model.passes.at(-1);
    if (isLast) left?.(null);
    const watched = watcher?.(pass.name);
    for (let layer = 0; layer < pass.planner.numbers.layers; layer++) {
      const through = async () => {
        effects.push({ layer, pass: pass.name, ...(await way.layer(pass.planner.layer(layer), watched)) });
      };
      if (lens && product === undefined) {
        const token = prompt.tokens.at(-1) as PromptToken;
        product = await lensOf(way, { model: opened.model, planner: pass.planner }, { layer, token }, through);
      } else await through();
      if (isLast) left?.(layer);
    }
  }
  return { effects, product };
}

async function vectorsOf(way: PromptRun, compared: Compared | null): Promise<VectorAnswer> {
  const embeddings = await way.embeddings();
  const pooled = await way.pooled(embeddings);
  const both = pooled === null || compared === null ? null : { ...compared, cosine: likeness(pooled, compared.pooled) };
  return { embeddings, pooled, compared: both };
}

async function textVector(other: Computation): Promise<Compared> {
  const { prompt, run } = other;
  return await run('end', async (way) => {
    await throughLayers(other, way);
    return { tokens: prompt.tokens, pooled: (await way.pooled(await way.embeddings())) as Float32Array };
  });
}

/** Throws TraceError for a model that does not make one vector of a text. */
function checkComparable({ pooling, numbers }: TracedModel): void {
  if (pooling !== 'none' && pooling !== 'rank' && pooling !== 'unknown') return;
  const message =
    pooling === 'rank'
      ? 'this model gives scores of a text and not a vector, so two texts cannot be compared'
      : `the file does not state how one vector is made of a text (${numbers.name}.pooling_type), so two texts cannot be compared`;
  throw new TraceError('no-pooling', message, 'use an embedding model');
}
