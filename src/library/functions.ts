/**
 * What the library can tell of a model by its header; what needs its bytes is in data-functions.ts. Each function gives the report that
 * the command of its name prints with `--json`. Errors for people are `ExplainedError`; after an abort a function rejects with the reason
 * of its signal. What a function needs is loaded when it is called.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import type { CacheType } from '../memory/cells.js';
import type { CheckReport, RulesReport } from '../report/check-schema.js';
import type { ExplainReport } from '../report/explain-schema.js';
import type { MemoryReport } from '../report/memory-schema.js';
import type { ReportName } from '../report/report-names.js';
import type { SizesReport } from '../report/sizes-schema.js';
import type { Level, RuleGroup } from '../words/findings.js';
import { type Input, type InputOptions, withInput } from './input.js';
import { inRange, listOf, oneOf } from './option-values.js';
import { type DataOptions, watchFor } from './watch.js';

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
  /** Read whole files and compare their SHA-256 with the names of their blobs, or with what the hub says. */
  digest?: boolean;
  threads?: number;
  /** Path of a policy. */
  policy?: string;
  /** Findings to leave out: codes of rules, or `code:tensor` with a name or glob of a tensor or key. Reports tell how many there were. */
  ignore?: readonly string[];
}

/**
 * A verdict on each model; an array is several models. A path may be a folder: all models in it are judged. A model that cannot be read is
 * a verdict too.
 */
export async function check(inputs: Input | readonly Input[], options: CheckOptions = {}): Promise<CheckReport> {
  const { headerOnly = false, failOn = 'error', data = false, policy, ignore } = options;
  const [{ checkInputs }, { checkFiles, requireData, ruleGroups }] = await Promise.all([
    import('./checked-inputs.js'),
    import('./check.js'),
  ]);
  const question = {
    ...{ rules: ruleGroups(options.rules, data, 'rules:'), headerOnly, policy, ignore },
    failOn: oneOf('failOn', failOn, ['error', 'warning', 'advice'] as const),
  };
  requireData(question);
  const settings = { threads: inRange('threads', options.threads, 1, MOST_THREADS) };
  const values = new WeakMap();
  const digests = new WeakMap();
  const begin = () => checkInputs(listOf(inputs), question, options, settings, { values, digests });
  return await checkFiles(begin, question, values, digests);
}

/** All that `check` can find: the codes of its rules with their groups, levels and words. */
export async function rules(): Promise<RulesReport> {
  const [{ rulesReport }, { ALL_FINDINGS }] = await Promise.all([
    import('../report/check-report.js'),
    import('../policy/all-findings.js'),
  ]);
  return rulesReport(ALL_FINDINGS.values());
}

export interface MemoryOptions extends InputOptions {
  /** Tokens of context, one length or several; the usual ones up to the trained one where it is left out. */
  context?: number | readonly number[];
  /** Number formats of the cache: "f16" where they are left out, and for values that of the keys. */
  kvTypeK?: CacheType;
  kvTypeV?: CacheType;
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

/** The JSON Schema of each report, by the name of the command that prints it with `--json`; `flow` with a prompt is "next-tokens". */
export async function jsonSchemas(): Promise<Record<ReportName, object>> {
  return (await import('../report/report-schemas.js')).reportJsonSchemas();
}
