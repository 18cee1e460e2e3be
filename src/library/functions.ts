/**
 * What the library can tell of a model by its header; what needs its bytes is in data-functions.ts, what is about many models in
 * many-functions.ts, what running it takes in fit-functions.ts. Each function gives the report that
 * the command of its name prints with `--json`. Errors for people are `ExplainedError`; after an abort a function rejects with the reason
 * of its signal. What a function needs is loaded when it is called.
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
 * Reads the header of a GGUF file: its metadata and the description of each tensor. Tensor data is never read.
 * Throws GgufError where the file cannot be read as GGUF, LocateError where there is no such file.
 */
export async function readGguf(input: Input, options: ReadOptions = {}): Promise<GgufFile> {
  return await withInput(input, options, { keepWhole: options.keepWhole }, ({ file }) => file);
}

export interface ExplainOptions extends DataOptions {
  /** Read all numbers too: the report has statistics of each tensor, and findings on them. */
  data?: boolean;
  /** What the HTML page shows and what takes longer to compute: memory by context length, and the graph of the flow. */
  full?: boolean;
  /** With `full`: the SHA-256 of each file, for which all of it is read. */
  digest?: boolean;
  /** With `full`: a text to compute with, as the HTML page tells it. Where it is left out, a usual one with a small model on this machine. */
  prompt?: string;
  /** Threads that read the numbers of files on this disk: as many as there are cores where it is left out. */
  threads?: number;
}

/** What the tensors of a model are for, how large they are and in which format, and what is computed instead. */
export async function explain(input: Input, options: ExplainOptions = {}): Promise<ExplainReport> {
  const { explainModel, explainStory, explainWithValues } = await import('./explain.js');
  const { openForDigests, withFiles } = await import('./file-digests.js');
  const { full = false, prompt } = options;
  const wanted = full && options.digest ? 'read' : 'none';
  const digested = async (opened: OpenedModel, report: Promise<ExplainReport>) =>
    await withFiles(await report, opened, wanted, watchFor(options));
  if (full && !options.data) {
    const asked = prompt === undefined ? null : { text: textOf('prompt', prompt) };
    // Of what is not on this machine only the header is read, unless a prompt is to be computed.
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

/** All that `check` can find: the codes of its rules with their groups, levels and words. */
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
  /** "offset" where it is left out. */
  sort?: SortOrder;
  /** Read the numbers of the chosen tensors too. */
  stats?: boolean;
  threads?: number;
}

/** The tensors of a model, or those that are chosen, one by one and folded over layers. */
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
  /** This key and no other; its value is given whole. */
  key?: string;
  /** Long values whole. */
  full?: boolean;
}

/** The metadata: each key with its type, its value and what it means. */
export async function metadata(input: Input, options: MetadataOptions = {}): Promise<MetadataReport> {
  const { metadataOf, wholeValues } = await import('./metadata.js');
  const key = options.key === undefined ? undefined : textOf('key', options.key);
  const how = { keepWhole: wholeValues(key, options.full === true) };
  return await withInput(input, options, how, ({ name, file }) => metadataOf(name, file, key));
}

/** The models of a repository of the Hugging Face hub: of a name or address for which `explain` would not know which one is meant. */
export async function repository(target: string | URL, options: InputOptions = {}): Promise<RepositoryReport> {
  const { repositoryOf } = await import('./repository.js');
  options.signal?.throwIfAborted();
  return await repositoryOf(textOf('the repository', targetOf(target)), headersFor(options), options.signal);
}

/** The JSON Schema of each report, by the name of the command that prints it with `--json`; `flow` with a prompt is "next-tokens". */
export async function jsonSchemas(): Promise<Record<ReportName, object>> {
  return (await import('../report/report-schemas.js')).reportJsonSchemas();
}
