/** A model that a prompt can be followed through: its numbers checked, its tensors found as they are asked for. */

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

/** Tokens of the longest prompt: the scores of every token with every other are kept for one head at a time. */
const MOST_TOKENS = 1024;

/** Numbers that the vectors of all tokens may have at the widest place of the model: 64 MiB. */
const MOST_NUMBERS = 16 * 1024 * 1024;

/** One stack of layers on the way of a token. */
export interface Pass {
  /** Null where the model is not one of an encoder and a decoder. */
  name: 'encoder' | 'decoder' | null;
  planner: Planner;
}

export interface TracedModel {
  /** Of the last stack of layers, the one whose output counts. */
  numbers: Numbers;
  planner: Planner;
  /** The stacks in the order in which a prompt goes through them: one in most models. */
  passes: readonly Pass[];
  /** The token that a decoder behind an encoder begins with; null in other models. */
  decoderStart: number | null;
  /** Name of the matrix that scores the tokens to come; null where the model predicts none. */
  output: string | null;
  /** How the vectors of the tokens become one. */
  pooling: Pooling;
  /** One row for each token. */
  embedding: ReadableData;
  /** One row for each position, where the model learned positions. */
  positions: ReadableData | null;
  /** One row for each type of token, where the model has types. */
  tokenTypes: ReadableData | null;
}

/** Throws TraceError for a model that cannot be computed. Looks at no layer. */
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

/** Numbers of a row of the token table, which the first stack of layers reads. */
function rowLength(numbers: Numbers): number {
  const { forward, embedding, view, name } = numbers.before ?? numbers;
  const { width } = forward.input;
  return width === undefined ? embedding : within(name, width, view(0).number(width), MOST_WIDTH);
}

/**
 * The token that a decoder begins with: by its key, else the one that texts begin with, else the one that fills up texts, with which T5
 * begins (https://arxiv.org/abs/1910.10683).
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

/** Tokens that the model was trained for, of those that it computes together; null where the file does not state a number that could be one. */
export function trainedContext({ numbers, passes }: TracedModel): number | null {
  const { contextLength } = (passes[0]?.planner.numbers ?? numbers).hyperparameters;
  return contextLength !== null && Number.isSafeInteger(contextLength) && contextLength > 0 ? contextLength : null;
}

/** What makes scores for all tokens from a vector. */
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

/** The norm behind the last layer of a stack. */
export function outputNorm(planner: Planner): NormPlan | null {
  const { forward, embedding, view } = planner.numbers;
  const { norm = 'output_norm', normKind } = forward.output;
  return norm === null
    ? null
    : planner.norm(norm, embedding, { kind: ruled(normKind, view(0)), bare: forward.output.bareNorm === true });
}

/** The matrix that makes features of the vectors; null where the vectors themselves are what the model gives. */
export function featuresPlan({ planner, numbers }: TracedModel): Projection | null {
  if (numbers.forward.output.features !== true) return null;
  return planner.projection('output', numbers.embedding, { rows: planner.rowsOf('output', numbers.embedding) });
}

/** Throws TraceError for a model that gives vectors and predicts no tokens. */
export function checkPredicts(model: TracedModel): void {
  const { output, numbers } = model;
  const { name } = numbers;
  // A file that ends after the layers lacks its last norm, and that is what is wrong with it.
  outputNorm(model.planner);
  if (output !== null) return;
  throw new TraceError(
    'no-prediction',
    `this ${name} model gives vectors and does not predict tokens`,
    'gguf-explain attention computes its attention',
  );
}

/** Throws TraceError for ids that no row stands for, and for prompts that are empty or too long. */
export function checkTokens({ embedding, positions, numbers }: TracedModel, ids: readonly number[]): void {
  if (ids.length === 0) throw new TraceError('bad-token', 'the prompt has no tokens, so there is nothing to compute');
  const widest = Math.max(numbers.embedding * numbers.streams, ...widths(numbers));
  const most = Math.min(
    MOST_TOKENS,
    Math.floor(MOST_NUMBERS / Math.min(widest, MOST_WIDTH)),
    positions?.rows ?? MOST_TOKENS,
  );
  if (ids.length > most) {
    throw new TraceError(
      'prompt-too-long',
      `the prompt has ${ids.length} tokens; up to ${most} are computed for this model`,
    );
  }
  const wrong = ids.find((id) => id >= embedding.rows);
  if (wrong !== undefined) {
    throw new TraceError('bad-token', `there is no token ${wrong}: the table has rows 0 to ${embedding.rows - 1}`);
  }
}

/** Lengths that vectors have inside of layers, as far as the metadata says. */
function widths({ hyperparameters }: Numbers): number[] {
  const { feedForwardLength, headCount, keyLength } = hyperparameters;
  const most = (value: number | readonly number[] | null) =>
    value === null ? 0 : typeof value === 'number' ? value : Math.max(0, ...value);
  return [2 * most(feedForwardLength), most(headCount) * (keyLength ?? 0)];
}
