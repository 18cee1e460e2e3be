/** The library's functions on the data of a model, and on two models: each returns the report that its command prints with `--json`. */

import type { AttentionReport } from '../report/attention-schema.js';
import type { DiffReport } from '../report/diff-schema.js';
import type { FlowReport } from '../report/flow-schema.js';
import type { HashReport } from '../report/hash-schema.js';
import type { LessonList, LessonReport } from '../report/lesson-schema.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import type { TensorReport } from '../report/schema.js';
import type { TokenReport } from '../report/token-schema.js';
import type { Algorithm } from '../tensor-data/digests.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import type { AttentionQuestion } from './attention.js';
import { type Input, type InputOptions, withInput } from './input.js';
import { MOST_COUNT, MOST_NEAREST, NEAREST } from './option-limits.js';
import { inRange, oneOf, textOf } from './option-values.js';
import { type DataOptions, watchFor } from './watch.js';

export interface DiffOptions extends DataOptions {
  /** Compare the bytes of the tensors too. */
  data?: boolean;
  /** Compare the numbers of the tensors too, even between different formats. */
  values?: boolean;
  /** The largest allowed relative error of the numbers, as a share (0.08 is 8 %). Setting it compares the numbers. */
  maxError?: number;
  /** Globs of metadata keys that are not compared. */
  ignore?: readonly string[];
  /** Names of the two models in reports and errors. */
  names?: readonly [before: string | undefined, after: string | undefined];
}

/** What changed from one model to another. */
export async function diff(before: Input, after: Input, options: DiffOptions = {}): Promise<DiffReport> {
  const { diffModels } = await import('./diff.js');
  const open = { data: true, headerBytes: true };
  const { names = [], ...others } = options;
  return await withInput(before, { ...others, name: names[0] }, open, async (first) =>
    withInput(after, { ...others, name: names[1] }, open, (second) =>
      diffModels(first, second, options, watchFor(options)),
    ),
  );
}

export interface HashOptions extends DataOptions {
  /** Default: "sha256", or the algorithm of the manifest. */
  algorithm?: Algorithm;
  /** Whether each tensor gets a digest too. Default: true. */
  layer?: boolean;
  /** Whether the model gets a UUID too. */
  uuid?: boolean;
  /** Whether the whole file gets a digest too, as sha256sum computes it, and its metadata, key by key. */
  file?: boolean;
  /** Digests to compare with, as printed by `gguf-explain hash`, llama-gguf-hash or `sha256sum`. */
  manifest?: string | Uint8Array;
  /** Name of the manifest in the report. */
  manifestName?: string;
}

/** Digests of the tensor data. */
export async function hash(input: Input, options: HashOptions = {}): Promise<HashReport> {
  const [{ hashOpened, needsHeaderBytes, readManifest }, { ALGORITHM_NAMES }] = await Promise.all([
    import('./hash.js'),
    import('../tensor-data/digests.js'),
  ]);
  const { layer = true, uuid, file, manifest: text, manifestName = 'manifest' } = options;
  const algorithm = options.algorithm && oneOf('algorithm', options.algorithm, ALGORITHM_NAMES);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const manifest = bytes && readManifest(manifestName, bytes);
  const headerBytes = needsHeaderBytes({ file, manifest });
  return await withInput(input, options, { data: true, headerBytes }, (opened) =>
    hashOpened(opened, opened.name, { algorithm, layer, uuid, file, manifest }, watchFor(options)),
  );
}

export interface TokensOptions extends DataOptions {
  /** "text", "id", or "either": an id if there is such a token, else a text. A number is an id. */
  as?: 'text' | 'id' | 'either';
  /** Number of nearest rows of the table for each token, 0 to 100. Default: 8. */
  nearest?: number;
  /** true: read the rows wherever they are; false: never. By default a large table on a server and a stream are not read. */
  data?: boolean;
}

/** A text as tokens, or a token by its id, and the row of each in the embedding table. */
export async function tokens(
  input: Input,
  textOrId: string | number,
  options: TokensOptions = {},
): Promise<TokenReport> {
  const { tokensOf } = await import('./tokens.js');
  const { data, as = typeof textOrId === 'number' ? 'id' : 'text' } = options;
  const nearest = inRange('nearest', options.nearest, 0, MOST_NEAREST) ?? NEAREST;
  const question = { as: oneOf('as', as, ['text', 'id', 'either'] as const), nearest, data };
  const word = typeof textOrId === 'number' ? String(textOrId) : textOf('the text', textOrId);
  return await withInput(input, options, { data: true, headerBytes: true }, (opened) =>
    tokensOf(opened, word, question, watchFor(options)),
  );
}

export interface TensorValuesOptions extends DataOptions {
  /** true: read the numbers wherever they are; false: never. By default large tensors on a server and streams are not read. */
  data?: boolean;
  /** The numbers of a part of one tensor: `0:4,0:8`, as NumPy and PyTorch write it, rows before columns. */
  slice?: string;
}

/** What a tensor does, and what its numbers look like, for one tensor or for all that match a pattern. */
export async function tensorValues(
  input: Input,
  pattern: string,
  options: TensorValuesOptions = {},
): Promise<TensorReport> {
  const { tensorReportOf, rowsOf, MOST_IN_REPORT } = await import('./tensor-values.js');
  const { data, slice: text } = options;
  const wanted = textOf('the pattern', pattern);
  const slice = text === undefined ? undefined : { text: textOf('slice', text), option: 'slice', most: MOST_IN_REPORT };
  return await withInput(input, options, { data: true }, (opened) => {
    const rows = rowsOf(opened.model, wanted);
    return tensorReportOf({ opened, pattern: wanted, rows, data, slice }, watchFor(options));
  });
}

export interface FlowOptions extends DataOptions {
  prompt?: undefined;
  tokens?: undefined;
}

/** A prompt to compute with: a text, or token ids. */
export type PromptOptions = DataOptions &
  ({ prompt: string; tokens?: undefined } | { prompt?: undefined; tokens: readonly number[] }) & {
    /**
     * Another text, or its token ids, for a comparison: of both texts, by a model that makes a vector of a text, or of the same attention
     * head.
     */
    with?: string | readonly number[];
  };

export type FlowPromptOptions = PromptOptions & {
  /** A guess after every n layers. Default: about sixteen guesses in total. */
  every?: number;
  /** Show one product of the first layer with its numbers. */
  lens?: boolean;
};

/** How a token travels through a model. */
export function flow(input: Input, options?: FlowOptions): Promise<FlowReport>;
/** A prompt computed through all layers, to the tokens that are most likely next, or to the vectors of an embedding model. */
export function flow(input: Input, options: FlowPromptOptions): Promise<NextTokensReport>;
export async function flow(
  input: Input,
  options: FlowOptions | FlowPromptOptions = {},
): Promise<FlowReport | NextTokensReport> {
  if (options.prompt === undefined && options.tokens === undefined) {
    const { flowReport } = await import('../report/flow-report.js');
    return await withInput(input, options, {}, ({ name, model }) => flowReport(name, model));
  }
  const { computationOf, computedFlow } = await import('./computed-flow.js');
  const asked = askedPrompt(options);
  const { lens } = options as FlowPromptOptions;
  const every = inRange('every', (options as FlowPromptOptions).every, 1, MOST_COUNT);
  const second = otherPrompt(options as FlowPromptOptions);
  return await withInput(input, options, { data: true, headerBytes: true }, async (opened) => {
    const computation = (one: AskedPrompt) => computationOf(opened, one, watchFor(options));
    const first = await computation(asked);
    return computedFlow(first, { every, lens, other: second && (await computation(second)) });
  });
}

function askedPrompt({ prompt, tokens: ids }: FlowOptions | PromptOptions): AskedPrompt {
  return ids === undefined ? { text: textOf('prompt', prompt) } : { ids: [...ids] };
}

function otherPrompt({ with: other }: PromptOptions): AskedPrompt | undefined {
  if (other === undefined) return undefined;
  return typeof other === 'object' ? { ids: [...other] } : { text: textOf('with', other) };
}

export type AttentionOptions = PromptOptions & {
  /** Counted from 0. By default all layers, with the first one in full. */
  layer?: number;
  /** The head that is shown in full, counted from 0. Default: 0. */
  head?: number;
};

/**
 * How much each token of a prompt attends to itself and to earlier tokens: the attention weights of all heads, and one head step by step.
 */
export async function attention(input: Input, options: AttentionOptions): Promise<AttentionReport> {
  const [{ attentionOf, comparedAttention }, { computationOf }] = await Promise.all([
    import('./attention.js'),
    import('./computed-flow.js'),
  ]);
  const layer = inRange('layer', options.layer, 0, MOST_COUNT);
  const head = inRange('head', options.head, 0, MOST_COUNT) ?? 0;
  const question: AttentionQuestion = { layer, head, everyHead: 'weights' };
  const [asked, other] = [askedPrompt(options), otherPrompt(options)];
  return await withInput(input, options, { data: true, headerBytes: true }, async (opened) => {
    const computation = (one: AskedPrompt) => computationOf(opened, one, watchFor(options));
    const first = await computation(asked);
    return other === undefined
      ? attentionOf(first, question)
      : comparedAttention(first, await computation(other), question);
  });
}

/** The lessons on how models work. */
export async function lessons(): Promise<LessonList> {
  return (await import('../report/lesson-report.js')).lessonList(null);
}

/** A lesson with the numbers of a model, or of the small one that is included in the package. */
export async function learn(topic: string, input?: Input, options: InputOptions = {}): Promise<LessonReport> {
  const [{ lessonNamed, lessonOf }, { bundledModel }] = await Promise.all([
    import('./lesson.js'),
    import('../locate/bundled-model.js'),
  ]);
  const lesson = lessonNamed(textOf('the topic', topic));
  const bundled = bundledModel();
  const chosen =
    input === undefined ? { input: bundled.path, options: { ...options, name: bundled.name } } : { input, options };
  return await withInput(chosen.input, chosen.options, { data: true, headerBytes: true }, (opened) =>
    lessonOf(lesson, opened, bundled.name),
  );
}
