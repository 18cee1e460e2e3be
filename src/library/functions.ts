/**
 * The library's functions on a model's header. Functions that need its data are in data-functions.ts, those on many models in
 * many-functions.ts, those on what running it takes in fit-functions.ts. Each function returns the report that the command of its name
 * prints with `--json`. Errors for people are `ExplainedError`; after an abort a function rejects with the reason of its signal. What a
 * function needs is loaded when it is called.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import type { SortOrder } from '../model/select.js';
import type { OpenedModel } from '../open/open-model.js';
import type { RulesReport } from '../report/check-schema.js';
import type { ExplainReport } from '../report/explain-schema.js';
import type { ReportName } from '../report/report-names.js';
import type { RepositoryReport } from '../report/repository-schema.js';
import type { MetadataReport, TensorsReport } from '../report/schema.js';
import { headersFor, type Input, type InputOptions, locationOf, targetOf, withInput } from './input.js';
import { MOST_THREADS } from './option-limits.js';
import { inRange, oneOf, textOf } from './option-values.js';
import { type DataOptions, watchFor } from './watch.js';

export interface ReadOptions extends InputOptions {
  /** Keys whose values are kept whole, however long: `(key) => key === 'tokenizer.ggml.tokens'`. */
  keepWhole?: KeepWhole;
}

/**
 * Reads the header of a GGUF file: its metadata and the description of each tensor. Tensor data is never read. Throws GgufError if the file
 * cannot be read as GGUF, and LocateError if there is no such file.
 */
export async function readGguf(input: Input, options: ReadOptions = {}): Promise<GgufFile> {
  return await withInput(input, options, { keepWhole: options.keepWhole }, ({ file }) => file);
}

export interface ExplainOptions extends DataOptions {
  /** Read all numbers too: the report then has statistics of each tensor, and findings on them. */
  data?: boolean;
  /** Include what the HTML page shows and what takes longer to compute: memory by context length, and the graph of the flow. */
  full?: boolean;
  /** With `full`: the SHA-256 of each file, for which the whole file is read. */
  digest?: boolean;
  /** With `full`: a text to compute with, as shown on the HTML page. By default a short text is used with small models on this machine. */
  prompt?: string;
  /** Threads that read the numbers of files on this disk. Default: the number of cores. */
  threads?: number;
}

/** What the tensors of a model are for, how large they are and in which format, and what is computed at run time instead. */
export async function explain(input: Input, options: ExplainOptions = {}): Promise<ExplainReport> {
  const { explainModel, explainStory, explainWithValues } = await import('./explain.js');
  const { openForDigests, withFiles } = await import('./file-digests.js');
  const { full = false, prompt } = options;
  const wanted = full && options.digest ? 'read' : 'none';
  const digested = async (opened: OpenedModel, report: Promise<ExplainReport>) =>
    await withFiles(await report, opened, wanted, watchFor(options));
  if (full && !options.data) {
    const asked = prompt === undefined ? null : { text: textOf('prompt', prompt) };
    // If the model is not on this machine, only its header is read, unless a prompt is to be computed.
    const isHere = ['file', 'shards', 'memory', 'blob'].includes(locationOf(input, options).kind);
    if (asked !== null || isHere) {
      return await withInput(input, options, { data: true, headerBytes: true }, (opened) =>
        digested(opened, explainStory(opened, asked, watchFor(options))),
      );
    }
  }
  if (!options.data) {
    return await withInput(input, options, openForDigests(wanted), (opened) =>
      digested(opened, explainModel(opened, full)),
    );
  }
  const threads = inRange('threads', options.threads, 1, MOST_THREADS);
  const { scanModelValues } = await import('./values.js');
  return await withInput(input, options, { data: true }, async (opened) =>
    explainWithValues(opened, await scanModelValues(opened, { threads }, watchFor(options)), full),
  );
}

/** All findings that `check` can report: the codes of its rules with their groups, levels and words. */
export async function rules(): Promise<RulesReport> {
  const [{ rulesReport }, { ALL_FINDINGS }] = await Promise.all([
    import('../report/check-report.js'),
    import('../policy/all-findings.js'),
  ]);
  return rulesReport(ALL_FINDINGS.values());
}

export interface TensorsOptions extends DataOptions {
  /** Names or globs: "blk.*.attn_q.weight". */
  names?: readonly string[];
  /** Roles, groups of roles or components: "attention-query", "attention", "vision". */
  roles?: readonly string[];
  /** Types: "Q4_K". */
  types?: readonly string[];
  /** Layers: "3", "0-7", "0-3,28-31". */
  layers?: string;
  /** Default: "offset". */
  sort?: SortOrder;
  /** Read the numbers of the chosen tensors too. */
  stats?: boolean;
  threads?: number;
}

/** The tensors of a model, or the chosen ones, one by one and folded over layers. */
export async function tensors(input: Input, options: TensorsOptions = {}): Promise<TensorsReport> {
  const [{ chosenBy, selectionOf }, { SORT_ORDERS }, { interpret }, { tensorsReport }] = await Promise.all([
    import('./tensors.js'),
    import('../model/select.js'),
    import('../model/model.js'),
    import('../report/tensors-report.js'),
  ]);
  const sort = oneOf('sort', options.sort ?? 'offset', SORT_ORDERS);
  const selection = selectionOf({ ...options, sort }, { role: 'roles:', type: 'types:', layer: 'layers:' });
  if (!options.stats) {
    return await withInput(input, options, {}, ({ name, model }) => tensorsReport(name, model, selection));
  }
  const settings = { threads: inRange('threads', options.threads, 1, MOST_THREADS), choose: chosenBy(selection) };
  const { scanModelValues } = await import('./values.js');
  return await withInput(input, options, { data: true }, async (opened) => {
    const { file, values } = await scanModelValues(opened, settings, watchFor(options));
    return tensorsReport(opened.name, interpret(file), selection, values);
  });
}

export interface MetadataOptions extends InputOptions {
  /** Only this key; its value is given whole. */
  key?: string;
  /** Give long values whole. */
  full?: boolean;
}

/** The metadata: each key with its type, its value and what it means. */
export async function metadata(input: Input, options: MetadataOptions = {}): Promise<MetadataReport> {
  const { metadataOf, wholeValues } = await import('./metadata.js');
  const key = options.key === undefined ? undefined : textOf('key', options.key);
  const how = { keepWhole: wholeValues(key, options.full === true) };
  return await withInput(input, options, how, ({ name, file }) => metadataOf(name, file, key));
}

/** The models of a repository on the Hugging Face hub, for a name or address that stands for several. */
export async function repository(target: string | URL, options: InputOptions = {}): Promise<RepositoryReport> {
  const { repositoryOf } = await import('./repository.js');
  options.signal?.throwIfAborted();
  return await repositoryOf(textOf('the repository', targetOf(target)), headersFor(options), options.signal);
}

/**
 * The JSON Schema of each report, by the name of the command that prints it with `--json`. The schema of `flow` with a prompt is
 * "next-tokens".
 */
export async function jsonSchemas(): Promise<Record<ReportName, object>> {
  return (await import('../report/report-schemas.js')).reportJsonSchemas();
}
