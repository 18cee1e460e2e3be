/** A model prepared for inference: its numbers are checked, its tensors are looked up when needed. */

import { architectureOf } from '../architectures/book.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { interpret } from '../model/model.js';
import { outputOf, type Pooling, poolingOf } from '../model/output-kind.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import { MOST_WIDTH, type Numbers, readNumbers, within } from './model-numbers.js';
import type { NormPlan, Projection } from './plan.js';
import { Planner, ruled } from './planner.js';
import { StoredTensors } from './stored-tensors.js';

/** Maximum prompt length in tokens: the scores between all tokens are kept for one head at a time. */
const MOST_TOKENS = 1024;

/** Maximum size of the vectors of all tokens at the widest point of the model: 64 MiB as float32. */
const MOST_NUMBERS = 16 * 1024 * 1024;

/** One stack of layers that tokens go through. */
export interface Pass {
  /** Null unless the model has an encoder and a decoder. */
  name: 'encoder' | 'decoder' | null;
  planner: Planner;
}

export interface TracedModel {
  /** Numbers of the last stack of layers, whose output is the model's. */
  numbers: Numbers;
  planner: Planner;
  /** The stacks in the order in which a prompt goes through them. Most models have one. */
  passes: readonly Pass[];
  /** The token that a decoder after an encoder starts with; null in other models. */
  decoderStart: number | null;
  /** Name of the matrix that gives the scores of the next token; null if the model predicts no tokens. */
  output: string | null;
  /** How the tokens' vectors are combined into one. */
  pooling: Pooling;
  /** One row for each token. */
  embedding: ReadableData;
  /** One row for each position, if the model has learned positions. */
  positions: ReadableData | null;
  /** One row for each token type, if the model has them. */
  tokenTypes: ReadableData | null;
}

/** Throws TraceError for a model that cannot be computed. Does not look at any layer. */
export function tracedModel(file: GgufFile): TracedModel {
  const tensors = new StoredTensors(file);
  const numbers = readNumbers(file, tensors);
  const { forward } = numbers;
  const embedding = rowLength(numbers);
  const planner = new Planner(numbers, tensors);
  const decodes = forward.before?.gives === 'for-attention';
  const { gives } = architectureOf(numbers.name) ?? {};
  const predicts = gives !== 'vectors' && gives !== 'sound';
  return {
    ...{ numbers, planner, passes: passesOf(numbers, tensors, planner) },
    decoderStart: decodes ? decoderStart(file, numbers) : null,
    output: predicts ? (outputOf(interpret(file)).tensor?.name ?? null) : null,
    pooling: poolingOf(file, numbers.name),
    embedding: tensors.matrix('token_embd.weight', embedding),
    positions: forward.input.positions === undefined ? null : tensors.matrix('position_embd.weight', embedding),
    tokenTypes:
      forward.input.tokenTypes === undefined || !tensors.has('token_types.weight')
        ? null
        : tensors.matrix('token_types.weight', embedding),
  };
}

function passesOf(numbers: Numbers, tensors: StoredTensors, planner: Planner): Pass[] {
  const { before } = numbers;
  if (before === null) return [{ name: null, planner }];
  const coded = numbers.forward.before?.gives === 'for-attention';
  return [
    { name: coded ? 'encoder' : null, planner: new Planner(before, tensors) },
    { name: coded ? 'decoder' : null, planner },
  ];
}

/** Row length of the token table, which the first stack of layers reads. */
function rowLength(numbers: Numbers): number {
  const { forward, embedding, view, name } = numbers.before ?? numbers;
  const { width } = forward.input;
  return width === undefined ? embedding : within(name, width, view(0).number(width), MOST_WIDTH);
}

/**
 * The token that a decoder starts with: the one stated by its key, else the BOS token, else the padding token, with which T5 starts
 * (https://arxiv.org/abs/1910.10683).
 */
function decoderStart(file: GgufFile, { view }: Numbers): number {
  const token = (key: string) => {
    const id = metadataValue(file, key);
    return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : undefined;
  };
  return (
    view(0).number('decoder_start_token_id') ??
    token('tokenizer.ggml.bos_token_id') ??
    token('tokenizer.ggml.padding_token_id') ??
    0
  );
}

/** Context length in tokens that the model was trained for; null if the file states no usable number. */
export function trainedContext({ numbers, passes }: TracedModel): number | null {
  const { contextLength } = (passes[0]?.planner.numbers ?? numbers).hyperparameters;
  return contextLength !== null && Number.isSafeInteger(contextLength) && contextLength > 0 ? contextLength : null;
}

/** How the scores of all tokens are computed from a vector. */
export interface OutputPlan {
  norm: NormPlan | null;
  output: Projection;
  scale: number;
  /** 0: scores are not capped. */
  cap: number;
  suppressed: readonly [from: number, to: number] | null;
}

/** Throws TraceError for models that predict no tokens. */
export function outputPlan(model: TracedModel): OutputPlan {
  checkPredicts(model);
  const { planner, numbers, output: name } = model;
  const { tensors } = planner;
  const { output: facet } = numbers.forward;
  const matrix = tensors.matrix(name as string, numbers.embedding);
  const { rows } = matrix;
  const view = numbers.view(0);
  return {
    norm: outputNorm(model.planner),
    output: {
      ...{ matrix, first: 0, rows },
      scale: tensors.vectorOrNull('output.scale', 1),
      bias: facet.ignoresBias ? null : tensors.vectorOrNull('output.bias', rows),
    },
    scale: ruled(facet.scale, view) ?? 1,
    cap: ruled(facet.cap, view) ?? 0,
    suppressed: facet.suppressed ?? null,
  };
}

/** The norm after the last layer of a stack. */
export function outputNorm(planner: Planner): NormPlan | null {
  const { forward, embedding, view } = planner.numbers;
  const { norm = 'output_norm', normKind } = forward.output;
  return norm === null
    ? null
    : planner.norm(norm, embedding, { kind: ruled(normKind, view(0)), bare: forward.output.bareNorm === true });
}

/** The matrix that computes features from the vectors; null if the vectors themselves are the model's output. */
export function featuresPlan({ planner, numbers }: TracedModel): Projection | null {
  if (numbers.forward.output.features !== true) return null;
  return planner.projection('output', numbers.embedding, { rows: planner.rowsOf('output', numbers.embedding) });
}

/** Throws TraceError for a model that outputs vectors and predicts no tokens. */
export function checkPredicts(model: TracedModel): void {
  const { output, numbers } = model;
  const { name } = numbers;
  // If the file ends after the layers, the last norm is missing: report that rather than the missing output matrix.
  outputNorm(model.planner);
  if (output !== null) return;
  throw new TraceError(
    'no-prediction',
    `this ${name} model gives vectors; it does not predict tokens`,
    'gguf-explain attention computes its attention',
  );
}

/** Throws TraceError for ids outside the token table, and for prompts that are empty or too long. */
export function checkTokens({ embedding, positions, numbers }: TracedModel, ids: readonly number[]): void {
  if (ids.length === 0) throw new TraceError('bad-token', 'the prompt has no tokens, so there is nothing to compute');
  const widest = Math.max(numbers.embedding * numbers.streams, ...widths(numbers));
  const most = Math.min(
    MOST_TOKENS,
    Math.floor(MOST_NUMBERS / Math.min(widest, MOST_WIDTH)),
    positions?.rows ?? MOST_TOKENS,
  );
  if (ids.length > most) {
    throw new TraceError('prompt-too-long', `the prompt has ${ids.length} tokens; the limit for this model is ${most}`);
  }
  const wrong = ids.find((id) => id >= embedding.rows);
  if (wrong !== undefined) {
    throw new TraceError('bad-token', `there is no token ${wrong}: the table has rows 0 to ${embedding.rows - 1}`);
  }
}

/** Lengths that vectors have inside layers, as far as the metadata states them. */
function widths({ hyperparameters }: Numbers): number[] {
  const { feedForwardLength, headCount, keyLength } = hyperparameters;
  const most = (value: number | readonly number[] | null) =>
    value === null ? 0 : typeof value === 'number' ? value : Math.max(0, ...value);
  return [2 * most(feedForwardLength), most(headCount) * (keyLength ?? 0)];
}
