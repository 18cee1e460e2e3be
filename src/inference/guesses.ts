/**
 * What a model would predict if it stopped after a layer: the layer's output goes through the last norm and the output matrix, like the
 * output of the last layer (the "logit lens", nostalgebraist 2020,
 * https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens). The vectors of all layers are multiplied together, so
 * the output matrix is read once for many layers.
 */

import type { TracedModel } from './computed-model.js';
import type { Scoring } from './cost.js';
import type { PromptRun } from './forward-pass.js';
import { mostLikely, type NextToken, probabilities } from './next-tokens.js';
import { ruled } from './planner.js';
import { makeVectors, type Vectors, vectorAt } from './vectors.js';

/** Why the vectors between layers cannot be read as predictions. */
export type NoGuesses = 'no-prediction' | 'several-streams' | 'carried-vectors' | 'mixed-at-the-end';

/** Number of scores kept at a time: 64 MiB as float32. */
const MOST_SCORES = 16 * 1024 * 1024;

/** Default number of layers with guesses: they fit on one screen and cost little compared with the layers themselves. */
const USUAL_GUESSES = 16;

/** Null if the output can be applied after any layer of the last stack. */
export function noGuesses({ output, numbers }: TracedModel): NoGuesses | null {
  const { forward, cycles, streams, view } = numbers;
  if (output === null) return 'no-prediction';
  if (streams > 1) return 'several-streams';
  if (cycles !== null || forward.altUp !== undefined) return 'carried-vectors';
  return (ruled(forward.output.mixesWith, view(0)) ?? null) === null ? null : 'mixed-at-the-end';
}

/**
 * The layers after which a guess is computed, counted back from the last one: every `every`th. Undefined: about as many as fit on a page.
 */
export function guessedLayers({ numbers: { layers } }: TracedModel, every: number | undefined): number[] {
  const step = every ?? Math.max(1, Math.ceil(layers / USUAL_GUESSES));
  const guessed: number[] = [];
  // The output of the last layer gives the prediction itself, so it is not a guess.
  for (let layer = layers - 1 - step; layer >= 0; layer -= step) guessed.unshift(layer);
  return guessed;
}

function atOnce({ planner, output, numbers }: TracedModel): number {
  const rows = output === null ? 1 : planner.tensors.matrix(output, numbers.embedding).rows;
  return Math.max(1, Math.floor(MOST_SCORES / Math.max(1, rows)));
}

/** The cost of scoring this number of vectors. Throws TraceError where the output matrix does not fit. */
export function scoringOf(model: TracedModel, vectors: number): Scoring {
  return { vectors, readings: Math.ceil(vectors / atOnce(model)) };
}

export interface Guess {
  best: NextToken;
  /** The probability, after this layer, of the token that the model finally predicts. */
  answer: number;
}

/**
 * The guesses for the last token's residual-stream vectors after several layers, the final one last, and the scores of the final vector.
 * Throws TraceError where the output matrix or the last norm does not fit.
 */
export async function guessesFor(
  run: PromptRun,
  model: TracedModel,
  states: readonly Float32Array[],
): Promise<{ guesses: Guess[]; logits: Float32Array }> {
  const guesses: Guess[] = [];
  let logits: Float32Array | undefined;
  // From the end, because the final vector shows which token wins.
  for (let end = states.length; end > 0; ) {
    const first = Math.max(0, end - atOnce(model));
    const scores = await run.scores(joined(states.slice(first, end)));
    logits ??= vectorAt(scores, scores.count - 1).slice();
    const own = Array.from({ length: scores.count }, (_, at) => mostLikely(vectorAt(scores, at), 1)[0] as NextToken);
    const answer = guesses.at(-1)?.best.id ?? own.at(-1)?.id;
    guesses.unshift(
      ...own.map((best, at) => ({
        best,
        answer: probabilities(vectorAt(scores, at), best.logit)(answer as number),
      })),
    );
    end = first;
  }
  return { guesses, logits: logits as Float32Array };
}

function joined(states: readonly Float32Array[]): Vectors {
  const vectors = makeVectors(states.length, states[0]?.length ?? 0);
  for (const [at, state] of states.entries()) vectors.values.set(state, at * vectors.length);
  return vectors;
}
