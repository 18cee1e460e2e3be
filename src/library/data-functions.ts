/** What the library can tell of the data of a model, and of two models: each function gives the report that its command prints with `--json`. */

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
import { type Input, type InputOptions, withInput } from './input.js';
import { MOST_COUNT, MOST_NEAREST, NEAREST } from './option-limits.js';
import { inRange, oneOf, textOf } from './option-values.js';
import { type DataOptions, watchFor } from './watch.js';

export interface DiffOptions extends DataOptions {
  /** Compare the bytes of the tensors too. */
  data?: boolean;
  /** Compare the numbers of the tensors too, whatever their formats. */
  values?: boolean;
  /** The largest relative error that numbers may have, as a share (0.08 is 8 %); they are compared for it. */
  maxError?: number;
  /** Globs of metadata keys that are left out. */
  ignore?: readonly string[];
  /** How reports and errors call the two models. */
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
  /** "sha256" where it is left out; that of the manifest where there is one. */
  algorithm?: Algorithm;
  /** Whether each tensor gets a digest too: true where it is left out. */
  layer?: boolean;
  /** Whether the model gets a UUID too. */
  uuid?: boolean;
  /** Whether the whole file gets a digest too, as sha256sum gives it, and its metadata, key by key. */
  file?: boolean;
  /** Digests to compare with, as `gguf-explain hash`, llama-gguf-hash or `sha256sum` prints them. */
  manifest?: string | Uint8Array;
  /** How the report calls the manifest. */
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
  /** "text", "id", or "either": an id where there is such a token, a text otherwise. A number is an id. */
  as?: 'text' | 'id' | 'either';
  /** How many of the nearest rows of the table each token gets, 0 to 100: 8 where it is left out. */
  nearest?: number;
  /** Read the rows wherever they are, or not at all. Where it is left out a large table on a server is not read, nor a stream. */
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
  /** Read the numbers wherever they are, or not at all. Where it is left out large tensors on a server are not read, nor a stream. */
  data?: boolean;
  /** The numbers of a part of one tensor: `0:4,0:8`, as NumPy and PyTorch write it, rows before columns. */
  slice?: string;
}

/** What one tensor, or each row of tensors that a pattern matches, does, and what its numbers look like. */
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

/** A prompt to compute with: a text, or the ids of its tokens. */
export type PromptOptions = DataOptions &
  ({ prompt: string; tokens?: undefined } | { prompt?: undefined; tokens: readonly number[] }) & {
    /** Another text, or its ids: how alike the two are, by a model that makes a vector of a text. */
    with?: string | readonly number[];
  };

/** How a token travels through a model. */
export function flow(input: Input, options?: FlowOptions): Promise<FlowReport>;
/** A prompt computed through all layers, to the tokens that are most likely next, or to the vectors that the model gives. */
export function flow(input: Input, options: PromptOptions): Promise<NextTokensReport>;
export async function flow(
  input: Input,
  options: FlowOptions | PromptOptions = {},
): Promise<FlowReport | NextTokensReport> {
  if (options.prompt === undefined && options.tokens === undefined) {
    const { flowReport } = await import('../report/flow-report.js');
    return await withInput(input, options, {}, ({ name, model }) => flowReport(name, model));
  }
  const { computationOf, computedFlow } = await import('./computed-flow.js');
  const asked = askedPrompt(options);
  const { with: other } = options as PromptOptions;
  const second: AskedPrompt | undefined =
    other === undefined ? undefined : Array.isArray(other) ? { ids: [...other] } : { text: textOf('with', other) };
  return await withInput(input, options, { data: true, headerBytes: true }, async (opened) => {
    const computation = (one: AskedPrompt) => computationOf(opened, one, watchFor(options));
    return computedFlow(await computation(asked), second && (await computation(second)));
  });
}

function askedPrompt({ prompt, tokens: ids }: FlowOptions | PromptOptions): AskedPrompt {
  return ids === undefined ? { text: textOf('prompt', prompt) } : { ids: [...ids] };
}

export type AttentionOptions = PromptOptions & {
  /** From 0; all layers where it is left out, with the first one in full. */
  layer?: number;
  /** The head that is told in full, from 0: 0 where it is left out. */
  head?: number;
};

/** How much each token of a prompt attends to those before it: the attention weights of all heads, and one head step by step. */
export async function attention(input: Input, options: AttentionOptions): Promise<AttentionReport> {
  const [{ attentionOf }, { computationOf }] = await Promise.all([
    import('./attention.js'),
    import('./computed-flow.js'),
  ]);
  const layer = inRange('layer', options.layer, 0, MOST_COUNT);
  const question = { layer, head: inRange('head', options.head, 0, MOST_COUNT) ?? 0, everyHead: true };
  const asked = askedPrompt(options);
  return await withInput(input, options, { data: true, headerBytes: true }, async (opened) =>
    attentionOf(await computationOf(opened, asked, watchFor(options)), question),
  );
}

/** The lessons on how models work. */
export async function lessons(): Promise<LessonList> {
  return (await import('../report/lesson-report.js')).lessonList(null);
}

/** A lesson with the numbers of a model, or of the small one that comes with the package. */
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
