/** The report of `flow` with a prompt. */

import type { GgufFile } from '../gguf/decode.js';
import type { TracedModel } from '../inference/computed-model.js';
import type { LayerEffect } from '../inference/forward-pass.js';
import { mostLikely } from '../inference/next-tokens.js';
import type { PromptToken, VectorSample } from './attention-schema.js';
import { fileEntry } from './file-entry.js';
import { computedNumber } from './json-number.js';
import type { NextTokensReport } from './next-tokens-schema.js';

/** Tokens that are listed. */
const MOST_LISTED = 10;

export interface FlowAnswer {
  name: string;
  file: GgufFile;
  model: TracedModel;
  tokens: readonly PromptToken[];
  rows: VectorSample;
  effects: readonly LayerEffect[];
  logits: Float32Array;
  pieceOf(id: number): string | null;
}

export function nextTokensReport({
  name,
  file,
  model,
  tokens,
  rows,
  effects,
  logits,
  pieceOf,
}: FlowAnswer): NextTokensReport {
  return {
    schemaVersion: 1,
    file: fileEntry(name, file),
    architecture: model.numbers.name,
    embeddingLength: model.numbers.embedding,
    vocabularySize: logits.length,
    tokens: [...tokens],
    rows,
    layers: effects.map(layerEntry),
    next: mostLikely(logits, MOST_LISTED).map(({ id, logit, probability }) => ({
      ...{ id, piece: pieceOf(id) },
      ...{ logit: computedNumber(logit), probability: computedNumber(probability) },
    })),
  };
}

function layerEntry({ before, attention, network, after, experts }: LayerEffect, layer: number) {
  const lengths = {
    layer,
    before: computedNumber(before),
    attention: attention === null ? null : computedNumber(attention),
    feedForward: network === null ? null : computedNumber(network),
    after: computedNumber(after),
  };
  if (experts === undefined) return lengths;
  return { ...lengths, experts: experts.map(({ expert, weight }) => ({ expert, weight: computedNumber(weight) })) };
}
