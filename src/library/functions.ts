/**
 * What the library can do: each function gives the report that the command of its name prints with `--json`. Errors for people are
 * `ExplainedError`; after an abort a function rejects with the reason of its signal. What a function needs is loaded when it is called.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import type { CacheTypeName } from '../memory/cells.js';
import type { CheckReport } from '../report/check-schema.js';
import type { DiffReport } from '../report/diff-schema.js';
import type { FlowReport } from '../report/flow-diagram-schema.js';
import type { HashReport } from '../report/hash-schema.js';
import type { MemoryReport } from '../report/memory-schema.js';
import type { NextTokensReport } from '../report/next-tokens-schema.js';
import type { ReportName } from '../report/report-names.js';
import type { ExplainReport, TensorReport } from '../report/schema.js';
import type { SizesReport } from '../report/sizes-schema.js';
import type { TokenReport } from '../report/token-schema.js';
import type { Algorithm } from '../tensor-data/digests.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import type { Level, RuleGroup } from '../words/findings.js';
import { type Input, type InputOptions, withInput } from './input.js';
import { inRange, oneOf, textOf } from './option-values.js';
import { type ProgressOptions, watchFor } from './watch.js';

/** Options of functions that read tensor data. */
export interface DataOptions extends InputOptions, ProgressOptions {}

export interface ReadOptions extends InputOptions {
  /** Keys whose values are kept whole, however long: `(key) => key === 'tokenizer.ggml.tokens'`. */
  keepWhole?: KeepWhole;
}

/**
 * Reads the header of a GGUF file: its metadata and the description of each tensor. Tensor data is never read.
 * Throws GgufError where the file cannot be read as GGUF, LocateError where there is no such file.
 */
export async function readGguf(input: Input, options: ReadOptions = {}): Promise<GgufFile> {
  return await withInput(input, options, { keepWhole: options.keepWhole }, ({ file }) => file);
}

export interface ExplainOptions extends DataOptions {
  /** Read all numbers too: the report has statistics of each tensor, and findings on them. */
  data?: boolean;
  /** Threads that read the numbers of files on this disk: as many as there are cores where it is left out. */
  threads?: number;
}

/** What the tensors of a model are for, how large they are and in which format, and what is computed instead. */
export async function explain(input: Input, options: ExplainOptions = {}): Promise<ExplainReport> {
  const { explainModel, explainWithValues } = await import('./explain.js');
  if (!options.data) return await withInput(input, options, {}, explainModel);
  const threads = inRange('threads', options.threads, 1, MOST_THREADS);
  const { scanModelValues } = await import('./values.js');
  return await withInput(input, options, { data: true }, async (opened) =>
    explainWithValues(opened, await scanModelValues(opened, { threads }, watchFor(options))),
  );
}

const MOST_THREADS = 256;

export interface CheckOptions extends DataOptions {
  /** Groups of rules; all but "data" where it is left out. */
  rules?: readonly RuleGroup[];
  /** The mildest level that makes a model fail: "error" where it is left out. */
  failOn?: Level;
  /** Accept a file that ends after its header. */
  headerOnly?: boolean;
  /** Read all numbers and judge them too. */
  data?: boolean;
  threads?: number;
  /** Path of a policy. */
  policy?: string;
}

/**
 * A verdict on each model; an array is several models. A path may be a folder: all models in it are judged. A model that cannot be read is
 * a verdict too.
 */
export async function check(inputs: Input | readonly Input[], options: CheckOptions = {}): Promise<CheckReport> {
  const { headerOnly = false, failOn = 'error', data = false, policy } = options;
  const [{ checkInputs }, { checkFiles, requireData, ruleGroups }] = await Promise.all([
    import('./checked-inputs.js'),
    import('./check.js'),
  ]);
  const question = {
    ...{ rules: ruleGroups(options.rules, data, 'rules:'), headerOnly, policy },
    failOn: oneOf('failOn', failOn, ['error', 'warning', 'advice'] as const),
  };
  requireData(question);
  const settings = { threads: inRange('threads', options.threads, 1, MOST_THREADS) };
  const values = new WeakMap();
  return await checkFiles(() => checkInputs(listOf(inputs), question, options, settings, values), question, values);
}

export interface MemoryOptions extends InputOptions {
  /** Tokens of context, one length or several; the usual ones up to the trained one where it is left out. */
  context?: number | readonly number[];
  /** Number formats of the cache: "f16" where they are left out, and for values that of the keys. */
  kvTypeK?: CacheTypeName;
  kvTypeV?: CacheTypeName;
  /** Sequences at the same time, and whether they share one cache. */
  parallel?: number;
  unified?: boolean;
  /** Whether layers with a window keep the whole context all the same. */
  swaFull?: boolean;
  /** Tokens computed at once. */
  ubatch?: number;
  flashAttention?: boolean;
  /** Bytes that all together may take. */
  budget?: number;
  /** Bytes that the machine reads in a second. */
  bandwidth?: number;
}

/** What running a model takes. An array is a model with the projectors and adapters that are loaded beside it. */
export async function memory(inputs: Input | readonly Input[], options: MemoryOptions = {}): Promise<MemoryReport> {
  const [{ memoryOf, withCompanions }, { CACHE_TYPES }] = await Promise.all([
    import('./memory.js'),
    import('../memory/cells.js'),
  ]);
  const lengths = listOf(options.context ?? []).map((length) => inRange('context', length, 1, MOST_COUNT) as number);
  const { unified = false, swaFull = false, flashAttention = true } = options;
  const counts = (['parallel', 'ubatch'] as const).flatMap((name) => {
    const count = inRange(name, options[name], 1, MOST_COUNT);
    return count === undefined ? [] : [[name, count]];
  });
  const types = (['kvTypeK', 'kvTypeV'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [[name, oneOf(name, options[name], CACHE_TYPES)]],
  );
  const question = {
    contextLengths: [...new Set(lengths)],
    settings: { ...Object.fromEntries([...types, ...counts]), unified, swaFull, flashAttention },
    budget: inRange('budget', options.budget, 1, Number.MAX_SAFE_INTEGER),
    bandwidth: inRange('bandwidth', options.bandwidth, 1, Number.MAX_SAFE_INTEGER),
  };
  const loaded = [];
  for (const input of listOf(inputs)) loaded.push(...(await withInput(input, options, {}, withCompanions)));
  return memoryOf(loaded, question);
}

/** No model is run with more tokens, sequences or batches. */
const MOST_COUNT = 2 ** 30;

export interface SizesOptions extends InputOptions {
  /** File types, such as "Q4_K_M", or "all"; the usual ones where they are left out. */
  types?: readonly string[] | 'all';
  /** Tokens of context; those that the model was trained for, 4,096 at most, where it is left out. */
  context?: number;
  /** Whether the quantizer is given an importance matrix. */
  imatrix?: boolean;
}

/** The size of the same model in each of the file types. */
export async function sizes(input: Input, options: SizesOptions = {}): Promise<SizesReport> {
  const [{ fileTypesNamed, USUAL_FILE_TYPES }, { WRITABLE_FILE_TYPES }, { sizesReport }] = await Promise.all([
    import('./sizes.js'),
    import('../memory/file-type-sizes.js'),
    import('../report/sizes-report.js'),
  ]);
  const { types = USUAL_FILE_TYPES, imatrix = false } = options;
  const fileTypes = types === 'all' ? WRITABLE_FILE_TYPES : fileTypesNamed(types, 'types:');
  const contextLength = inRange('context', options.context, 1, MOST_COUNT);
  return await withInput(input, options, {}, ({ name, model }) =>
    sizesReport(name, model, { fileTypes, contextLength, imatrix }),
  );
}

export interface DiffOptions extends DataOptions {
  /** Compare the bytes of the tensors too. */
  data?: boolean;
  /** Compare the numbers of the tensors too, whatever their formats. */
  values?: boolean;
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
  /** Digests to compare with, as `gguf-explain hash` or `sha256sum` prints them. */
  manifest?: string | Uint8Array;
  /** How the report calls the manifest. */
  manifestName?: string;
}

/** Digests of the tensor data. */
export async function hash(input: Input, options: HashOptions = {}): Promise<HashReport> {
  const [{ hashOpened, readManifest }, { ALGORITHM_NAMES }] = await Promise.all([
    import('./hash.js'),
    import('../tensor-data/digests.js'),
  ]);
  const { layer = true, uuid, manifest: text, manifestName = 'manifest' } = options;
  const algorithm = options.algorithm && oneOf('algorithm', options.algorithm, ALGORITHM_NAMES);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const manifest = bytes && readManifest(manifestName, bytes);
  return await withInput(input, options, { data: true }, (opened) =>
    hashOpened(opened, opened.name, { algorithm, layer, uuid, manifest }, watchFor(options)),
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
  const { tokensOf, NEAREST, MOST_NEAREST } = await import('./tokens.js');
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
  ({ prompt: string; tokens?: undefined } | { prompt?: undefined; tokens: readonly number[] });

/** How a token travels through a model. */
export function flow(input: Input, options?: FlowOptions): Promise<FlowReport>;
/** A prompt computed through all layers, to the tokens that are most likely next. */
export function flow(input: Input, options: PromptOptions): Promise<NextTokensReport>;
export async function flow(
  input: Input,
  options: FlowOptions | PromptOptions = {},
): Promise<FlowReport | NextTokensReport> {
  const { prompt, tokens: ids } = options;
  if (prompt === undefined && ids === undefined) {
    const { flowReport } = await import('../report/flow-diagram-report.js');
    return await withInput(input, options, {}, ({ name, model }) => flowReport(name, model));
  }
  const { computationOf, nextTokens } = await import('./computed-flow.js');
  const asked: AskedPrompt = ids === undefined ? { text: textOf('prompt', prompt) } : { ids: [...ids] };
  return await withInput(input, options, { data: true, headerBytes: true }, async (opened) =>
    nextTokens(await computationOf(opened, asked, watchFor(options))),
  );
}

/** The JSON Schema of each report, by the name of the command that prints it with `--json`; `flow` with a prompt is "next-tokens". */
export async function jsonSchemas(): Promise<Record<ReportName, object>> {
  return (await import('../report/report-schemas.js')).reportJsonSchemas();
}

function listOf<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
