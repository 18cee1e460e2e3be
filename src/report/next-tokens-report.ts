/** The report of `flow` with a prompt. */

import { architectureOf } from '../architectures/book.js';
import type { GgufFile } from '../gguf/decode.js';
import { type Pass, type TracedModel, trainedContext } from '../inference/computed-model.js';
import type { Guess, NoGuesses } from '../inference/guesses.js';
import { mostLikely } from '../inference/next-tokens.js';
import type { LayerEffect } from '../inference/through-block.js';
import { type Vectors, vectorAt } from '../inference/vectors.js';
import type { Prompt } from '../tokenizer/prompt.js';
import type { PromptToken, VectorSample } from './attention-schema.js';
import { fileEntry } from './file-entry.js';
import { computedNumber } from './json-number.js';
import type { Lens } from './lens-schema.js';
import type { NextTokensReport } from './next-tokens-schema.js';
import { numbersOf } from './vector-sample.js';

/** Most tokens that are listed. */
const MOST_LISTED = 10;

/** The result of a model that does not predict tokens. */
export interface VectorAnswer {
  embeddings: Vectors;
  pooled: Float32Array | null;
  compared: { tokens: readonly PromptToken[]; pooled: Float32Array; cosine: number } | null;
}

export interface FlowAnswer {
  name: string;
  file: GgufFile;
  model: TracedModel;
  prompt: Prompt;
  rows: VectorSample;
  effects: readonly (LayerEffect & { layer: number; pass: Pass['name'] })[];
  /** Logits of all tokens, or vectors. */
  given: Float32Array | VectorAnswer;
  /** The predictions after some of the layers; `layer` null: before the first layer. */
  guesses?: readonly (Guess & { layer: number | null })[];
  /** Why there are no guesses. */
  noGuess: NoGuesses | null;
  /** One product with its numbers, if requested; null if none can be shown. */
  lens?: Lens | null;
}

export function nextTokensReport({
  name,
  file,
  model,
  prompt: { text, tokens, pieceOf },
  rows,
  effects,
  given,
  guesses,
  noGuess,
  lens,
}: FlowAnswer): NextTokensReport {
  return {
    schemaVersion: 1,
    file: fileEntry(name, file),
    architecture: model.numbers.name,
    ...(architectureOf(model.numbers.name)?.gives === 'all-tokens' && { fillsMasks: true as const }),
    embeddingLength: model.numbers.embedding,
    vocabularySize: given instanceof Float32Array ? given.length : 0,
    ...(text !== null && { prompt: text }),
    tokens: [...tokens],
    ...(model.decoderStart !== null && {
      decoderTokens: [{ id: model.decoderStart, piece: pieceOf(model.decoderStart) }],
    }),
    rows,
    contextLength: trainedContext(model),
    ...(lens !== undefined && { lens }),
    layers: effects.map(layerEntry),
    ...(guesses !== undefined && { guesses: guesses.map((guess) => guessEntry(guess, pieceOf)) }),
    ...(noGuess !== null && { noGuesses: noGuess }),
    ...(given instanceof Float32Array ? { next: nextEntries(given, pieceOf) } : vectorEntries(model, given)),
  };
}

function nextEntries(logits: Float32Array, pieceOf: Prompt['pieceOf']): NextTokensReport['next'] {
  return mostLikely(logits, MOST_LISTED).map(({ id, logit, probability }) => ({
    ...{ id, piece: pieceOf(id) },
    ...{ logit: computedNumber(logit), probability: computedNumber(probability) },
  }));
}

function guessEntry(
  { layer, best, answer }: Guess & { layer: number | null },
  pieceOf: Prompt['pieceOf'],
): NonNullable<NextTokensReport['guesses']>[number] {
  const { id, probability } = best;
  return {
    ...{ layer, id, piece: pieceOf(id), probability: computedNumber(probability) },
    answerProbability: computedNumber(answer),
  };
}

function vectorEntries({ pooling, numbers }: TracedModel, { embeddings, pooled, compared }: VectorAnswer) {
  const featuresOnly = numbers.forward.output.features === true;
  return {
    next: [],
    embeddings: Array.from({ length: embeddings.count }, (_, token) => numbersOf(vectorAt(embeddings, token))),
    // Sound codes are not text and are not pooled to one vector.
    ...(featuresOnly ? {} : { pooling }),
    pooled: pooled === null ? null : numbersOf(pooled),
    ...(compared !== null && {
      compared: {
        tokens: [...compared.tokens],
        pooled: numbersOf(compared.pooled),
        cosine: computedNumber(compared.cosine),
      },
    }),
  };
}

function layerEntry({ layer, pass, before, attention, network, after, experts }: FlowAnswer['effects'][number]) {
  const lengths = {
    layer,
    ...(pass !== null && { pass }),
    before: computedNumber(before),
    attention: attention === null ? null : computedNumber(attention),
    feedForward: network === null ? null : computedNumber(network),
    after: computedNumber(after),
  };
  if (experts === undefined) return lengths;
  return { ...lengths, experts: experts.map(({ expert, weight }) => ({ expert, weight: computedNumber(weight) })) };
}
