/** The report of `attention`: one head in full, and the requested facts about all heads. */

import type { GgufFile } from '../gguf/decode.js';
import { computedForAttention, storedForAttention, weightsForAttention } from '../inference/attention-bytes.js';
import { type AttentionState, type HeadsState, mixValues, scoresOf, sharesOf } from '../inference/attention-weights.js';
import { type TracedModel, trainedContext } from '../inference/computed-model.js';
import type { StateTrace } from '../inference/state-trace.js';
import type { Prompt } from '../tokenizer/prompt.js';
import type { AttentionReport, HeadFigure, PromptToken } from './attention-schema.js';
import { fileEntry } from './file-entry.js';
import { computedNumber } from './json-number.js';
import { stateEntries } from './state-entries.js';
import { numbersOf, sampleOf } from './vector-sample.js';

/** Null if the layers of a model have only one kind of attention. */
export type AttentionPass = NonNullable<HeadFigure['pass']> | null;

export interface AttentionQuestion {
  name: string;
  file: GgufFile;
  model: TracedModel;
  prompt: Pick<Prompt, 'text' | 'tokens'>;
  /** The first tokens of a decoder that follows an encoder; empty for other models. */
  decoderTokens: readonly PromptToken[];
  /** The attention of the figure's layer; null if the layer has no attention. */
  state: AttentionState | null;
  /** The kind of attention in that layer. */
  pass: AttentionPass;
  head: number;
  /** All heads of the requested layers. */
  attention: AttentionReport['attention'];
  /** The patterns of all heads of layers, if requested. */
  patterns?: NonNullable<AttentionReport['patterns']> | undefined;
  /** The states that layers keep instead of attention, or in addition to it. */
  states: readonly StateTrace[];
}

export function attentionReport(question: AttentionQuestion): AttentionReport {
  const { name, file, model, decoderTokens, state, pass, head, attention, patterns, states } = question;
  const { text, tokens } = question.prompt;
  return {
    schemaVersion: 1,
    file: fileEntry(name, file),
    architecture: model.numbers.name,
    layers: model.numbers.layers,
    contextLength: trainedContext(model),
    ...(text !== null && { prompt: text }),
    tokens: [...tokens],
    ...(decoderTokens.length > 0 && { decoderTokens: [...decoderTokens] }),
    attention,
    ...(patterns !== undefined && { patterns }),
    ...(state !== null && { weights: weightsForAttention(state.plan) }),
    figure: state === null ? null : { ...figureOf(state, head), ...(pass !== null && { pass }) },
    ...(state === null ? { head } : {}),
    ...(states.length === 0 ? {} : { states: stateEntries(states) }),
    stored: state === null ? [] : storedForAttention(model, state.plan, tokens.length),
    computed: state === null ? [] : computedForAttention(state.plan, tokens.length),
  };
}

/** The attention weights (shares) of all heads of a layer. */
export function headsOfLayer(state: HeadsState, pass: AttentionPass): AttentionReport['attention'][number] {
  const { layer, heads } = state.plan;
  const tokens = Array.from({ length: state.query.count }, (_, token) => token);
  const all = Array.from({ length: heads.count }, (_, head) =>
    tokens.map((token) => numbersOf(sharesOf(state, head, token))),
  );
  return { layer, ...(pass !== null && { pass }), heads: all };
}

function figureOf(state: AttentionState, head: number): HeadFigure {
  const { plan, input, query, key, value } = state;
  const { count, countKv, length, valueLength } = plan.heads;
  const keyHead = Math.floor(head / (count / countKv));
  const scores = Array.from({ length: query.count }, (_, token) => scoresOf(state, head, token));
  const shares = scores.map((_, token) => sharesOf(state, head, token));
  const output = new Float32Array(query.count * valueLength);
  for (const [token, own] of shares.entries()) mixValues(state, { head, shares: own }, output, token * valueLength);
  return {
    ...{ layer: plan.layer, head, keyHead, queryHeads: count, keyHeads: countKv, d: length },
    divisor: computedNumber(1 / plan.scale) ?? 1,
    ...{ cap: plan.cap, window: plan.window?.tokens ?? null, rotated: plan.rope !== null },
    ...entriesOf(state),
    ...(plan.sees === 'all' && { sees: 'all' as const }),
    input: sampleOf(input, 0, input.length),
    query: sampleOf(query, head * length, length),
    key: sampleOf(key, keyHead * length, length),
    value: sampleOf(value, keyHead * valueLength, valueLength),
    output: sampleOf({ values: output, length: valueLength, count: query.count }, 0, valueLength),
    scores: scores.map(numbersOf),
    shares: shares.map(numbersOf),
  };
}

/** The compressed entries that the last token sees, which follow the tokens; empty if there are none. */
function entriesOf({ plan, query, entries }: AttentionState): Pick<HeadFigure, 'entries'> {
  const count = entries?.(query.count - 1) ?? 0;
  const tokens = plan.compressed?.entries?.tokens ?? 0;
  return count === 0 ? {} : { entries: { count, tokens } };
}
