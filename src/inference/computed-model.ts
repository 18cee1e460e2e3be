/** A model that a prompt can be followed through: its numbers checked, its tensors found as they are asked for. */

import type { GgufFile } from '../gguf/decode.js';
import { interpret } from '../model/model.js';
import { outputOf } from '../model/output-kind.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import { MOST_WIDTH, type Numbers, readNumbers } from './model-numbers.js';
import type { NormPlan, Projection } from './plan.js';
import { Planner, ruled } from './planner.js';
import { StoredTensors } from './stored-tensors.js';

/** Tokens of the longest prompt: the scores of every token with every other are kept for one head at a time. */
const MOST_TOKENS = 1024;

/** Numbers that the vectors of all tokens may have at the widest place of the model: 64 MiB. */
const MOST_NUMBERS = 16 * 1024 * 1024;

export interface TracedModel {
  numbers: Numbers;
  planner: Planner;
  /** Name of the matrix that scores the tokens to come; null where the model predicts none. */
  output: string | null;
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
  const { embedding, forward } = numbers;
  return {
    numbers,
    planner: new Planner(numbers, tensors),
    output: outputOf(interpret(file)).tensor?.name ?? null,
    embedding: tensors.matrix('token_embd.weight', embedding),
    positions: forward.input.positions === undefined ? null : tensors.matrix('position_embd.weight', embedding),
    tokenTypes:
      forward.input.tokenTypes === undefined || !tensors.has('token_types.weight')
        ? null
        : tensors.matrix('token_types.weight', embedding),
  };
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
    norm: outputNorm(model),
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

/** The norm behind the last layer. */
function outputNorm({ planner, numbers: { forward, embedding, view } }: TracedModel): NormPlan | null {
  const { norm = 'output_norm', normKind } = forward.output;
  return norm === null
    ? null
    : planner.norm(norm, embedding, { kind: ruled(normKind, view(0)), bare: forward.output.bareNorm === true });
}

/** Throws TraceError for a model that gives vectors and predicts no tokens. */
export function checkPredicts(model: TracedModel): void {
  const { output, numbers } = model;
  const { name } = numbers;
  // A file that ends after the layers lacks its last norm, and that is what is wrong with it.
  outputNorm(model);
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
