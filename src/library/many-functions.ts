/** The library's functions on many models: a verdict on each, the models on this machine, a line of JSON for each as soon as it is done. */

import type { CheckReport } from '../report/check-schema.js';
import type { ListOrder } from '../report/list-orders.js';
import type { ListReport } from '../report/list-schema.js';
import type { ScanLine } from '../report/scan-schema.js';
import type { Level, RuleGroup } from '../words/findings.js';
import type { CheckedFile } from './checked-files.js';
import { headerRules, headersFor, type Input, type InputOptions, targetOf } from './input.js';
import { MOST_COUNT, MOST_SECONDS, MOST_THREADS } from './option-limits.js';
import { inRange, listOf, oneOf, textOf } from './option-values.js';
import { type DataOptions, watchFor } from './watch.js';

export interface CheckOptions extends DataOptions {
  /** Groups of rules. Default: all. If "data" is named, all numbers are read instead of samples. */
  rules?: readonly RuleGroup[];
  /** Lowest level that fails a model. Default: "error". */
  failOn?: Level;
  /** Accept a file that ends after its header. */
  headerOnly?: boolean;
  /** Read all numbers instead of samples. */
  data?: boolean;
  /** Read samples of files on servers too. */
  sample?: boolean;
  /** Read whole files and compare their SHA-256 with the names of their blobs, or with what the hub states. */
  digest?: boolean;
  /** A model that should draft for the others (speculative decoding): reports whether it can. */
  draft?: string;
  threads?: number;
  /** Path of a policy. */
  policy?: string;
  /**
   * Findings to leave out: codes of rules, or `code:tensor` with a name or glob of a tensor or key. Reports state how many were left out.
   */
  ignore?: readonly string[];
}

/**
 * A verdict on each model; an array is several models. A path may be a folder: all models in it are judged. A model that cannot be read
 * also gets a verdict.
 */
export async function check(inputs: Input | readonly Input[], options: CheckOptions = {}): Promise<CheckReport> {
  const { headerOnly = false, failOn = 'error', data = false, sample = false, policy, ignore } = options;
  const [{ checkInputs }, { checkFiles, dataWanted, requireData, ruleGroups }] = await Promise.all([
    import('./checked-inputs.js'),
    import('./check.js'),
  ]);
  const question = {
    ...{ rules: ruleGroups(options.rules, { data, headerOnly }, 'rules:'), headerOnly, policy, ignore },
    failOn: oneOf('failOn', failOn, ['error', 'warning', 'advice'] as const),
  };
  requireData(question);
  const settings = { threads: inRange('threads', options.threads, 1, MOST_THREADS) };
  const wanted = { rules: question.rules, data: dataWanted(options.rules, { data, headerOnly }), remote: sample };
  const seen = new WeakMap();
  const digests = new WeakMap();
  const files = () => checkInputs(listOf(inputs), wanted, options, settings, { seen, digests });
  const begin = options.draft === undefined ? files : await besideDraft(files, options.draft, options);
  return await checkFiles(begin, question, seen, digests);
}

async function besideDraft(
  files: () => AsyncIterable<CheckedFile>,
  draft: string,
  options: CheckOptions,
): Promise<() => AsyncIterable<CheckedFile>> {
  const target = textOf('draft', draft);
  const { withDraft } = await import('./draft.js');
  return () => withDraft(files(), { target, asked: true }, { headers: headersFor(options), signal: options.signal });
}

export interface ListOptions extends Omit<DataOptions, 'name' | 'headers'> {
  /** Default: "where", the order of the places. */
  sort?: ListOrder;
  /** Look for files with the same bytes; files of equal size are read for it. */
  duplicates?: boolean;
}

/**
 * The models in folders and their subfolders. Without folders: those that the hub, Ollama, LM Studio and llama.cpp keep on this machine.
 */
export async function list(folders: string | readonly string[] = [], options: ListOptions = {}): Promise<ListReport> {
  const [{ modelList }, { LIST_ORDERS }] = await Promise.all([import('./list.js'), import('../report/list-orders.js')]);
  const { duplicates = false, signal } = options;
  signal?.throwIfAborted();
  const question = { sort: oneOf('sort', options.sort ?? 'where', LIST_ORDERS), duplicates, signal };
  const named = listOf(folders).map((folder) => textOf('a folder', folder));
  return await modelList(named, question, watchFor(options));
}

export interface ScanOptions extends Omit<InputOptions, 'name'> {
  /** Context lengths for the memory estimates. Default: 4096, 32768 and 131072. */
  context?: number | readonly number[];
  /** Seconds for one model; if it takes longer, its line says so. Default: 120. */
  timeLimit?: number;
  /** Models that are read at the same time. Default: twice the number of cores. */
  jobs?: number;
  /** A part of the targets: "1/4" to "4/4", for four machines. */
  shard?: string;
}

/**
 * Yields a line for each model with its summary and findings, as soon as it is done. A target is a path, a folder with models, a glob or an
 * address. An (async) iterable is treated as a list, in which each path must lead to a file.
 */
export async function* scan(
  targets: string | URL | readonly (string | URL)[] | Iterable<string | URL> | AsyncIterable<string | URL>,
  options: ScanOptions = {},
): AsyncGenerator<ScanLine, void, void> {
  const [{ scanAnswers }, { isInPart, readPart, scanTargets }] = await Promise.all([
    import('./scan/scan.js'),
    import('./scan/scan-targets.js'),
  ]);
  const { signal } = options;
  signal?.throwIfAborted();
  const part = options.shard === undefined ? undefined : readPart(textOf('shard', options.shard), 'shard:');
  const seconds =
    options.timeLimit === undefined ? undefined : inRange('timeLimit', options.timeLimit, 1, MOST_SECONDS);
  const settings = {
    contextLengths: options.context === undefined ? undefined : contextLengths(options.context),
    timeLimit: seconds === undefined ? undefined : seconds * 1000,
    jobs: inRange('jobs', options.jobs, 1, MOST_COUNT),
    headers: headerRules(options),
    signal,
  };
  const one = typeof targets === 'string' || targets instanceof URL;
  const wanted = one ? [targets] : targets;
  async function* chosen() {
    for await (const target of scanTargets(texts(wanted), {
      named: Array.isArray(wanted),
      headers: headersFor(options),
      signal,
    })) {
      if (part === undefined || isInPart(target.target, part)) yield target;
    }
  }
  for await (const { line } of scanAnswers(chosen(), settings)) yield JSON.parse(line) as ScanLine;
}

async function* texts(
  targets: Iterable<string | URL> | AsyncIterable<string | URL>,
): AsyncGenerator<string, void, void> {
  for await (const target of targets) yield textOf('a target', targetOf(target));
}

function contextLengths(context: number | readonly number[]): number[] {
  return [...new Set(listOf(context).map((length) => inRange('context', length, 1, MOST_COUNT) as number))];
}
