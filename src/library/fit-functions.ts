/** The library's functions on what running a model takes: memory, what goes where, and the size of the model in other file types. */

import { UsageError } from '../explained-error.js';
import type { ContextOptions } from '../memory/cells.js';
import type { PlacementSettings } from '../memory/placement/devices.js';
import type { Model } from '../model/model.js';
import type { MemoryComparisonReport } from '../report/memory-comparison-schema.js';
import type { MemoryReport } from '../report/memory-schema.js';
import type { RepositorySizesReport } from '../report/repository-sizes-schema.js';
import type { SizesReport } from '../report/sizes-schema.js';
import { headersFor, type Input, type InputOptions, targetOf, withInput } from './input.js';
import type { AskedMemory } from './memory.js';
import { MOST_COUNT } from './option-limits.js';
import { inRange, listOf, oneOf, textOf } from './option-values.js';
import type { PlacementNames } from './placement.js';

/** Settings of a run that are passed on unchanged. */
type RunSettings = Pick<
  ContextOptions,
  'kvTypeK' | 'kvTypeV' | 'parallel' | 'unified' | 'swaFull' | 'ubatch' | 'flashAttention'
>;

/** The cards that the model will run on. */
export interface CardOptions {
  /**
   * Cards: the free memory of each ("24GiB", or bytes), a name ("RTX 4090"), or "auto" for the cards of this machine. "auto" waits a few
   * seconds at most for each tool that it asks.
   */
  gpu?: string | number | readonly (string | number)[];
  /** Free bytes of system RAM, for everything that is not on a card. */
  ram?: number;
  /** Bytes that stay free on each card. Default: 1 GiB. */
  margin?: number;
}

export interface MemoryOptions extends InputOptions, RunSettings, CardOptions {
  /** Context in tokens, one length or several. Default: the usual lengths up to the one that the model was trained for. */
  context?: number | readonly number[];
  /** What goes to the cards, by llama.cpp's own options. Default: the best placement. */
  placement?: PlacementSettings;
  /** Most bytes that everything together may take. */
  budget?: number;
  /** Bytes per second that the machine can read; with `gpu` one value for each card, then one for system RAM. */
  bandwidth?: number | readonly number[];
  /** Load the layers for multi-token prediction, too. */
  mtp?: boolean;
  /** A draft model for this one. */
  draft?: Input;
  /** Width and height of an image in pixels, for the buffers of a projector. */
  imageSize?: number;
  /** Bytes that a server may use to keep earlier prompts. */
  cacheRam?: number;
}

/** What running a model takes. An array is one model with the projectors and adapters that are loaded with it. */
export async function memory(inputs: Input | readonly Input[], options: MemoryOptions = {}): Promise<MemoryReport> {
  const { memoryOf, modelsOf, withCompanions } = await import('./memory.js');
  const { question, check } = await memoryQuestion(options);
  const loaded = [];
  for (const input of listOf(inputs)) loaded.push(...(await withInput(input, options, {}, withCompanions)));
  for (const { model } of modelsOf(loaded)) check(model);
  return memoryOf(loaded, question);
}

/** What each of several models takes, side by side. Projectors and adapters belong to the model before them. */
export async function compareMemory(
  inputs: readonly Input[],
  options: MemoryOptions = {},
): Promise<MemoryComparisonReport> {
  const { comparisonOf, modelsOf, withCompanions } = await import('./memory.js');
  const { question, check } = await memoryQuestion(options);
  const loaded = [];
  for (const input of listOf(inputs)) loaded.push(...(await withInput(input, options, {}, withCompanions)));
  const models = modelsOf(loaded);
  for (const { model } of models) check(model);
  return comparisonOf(models, question);
}

const NAMES: PlacementNames = { gpu: 'gpu', bandwidth: 'bandwidth' };

/** The question, and a check for each model that it is about. Throws UsageError. */
async function memoryQuestion(options: MemoryOptions): Promise<{ question: AskedMemory; check(model: Model): void }> {
  const [{ CACHE_TYPES }, { requirePlaceable }] = await Promise.all([
    import('../memory/cells.js'),
    import('./placement.js'),
  ]);
  const { unified = false, swaFull = false, flashAttention = true, mtp, draft, headers, signal } = options;
  const counts = (['parallel', 'ubatch'] as const).flatMap((name) => {
    const count = inRange(name, options[name], 1, MOST_COUNT);
    return count === undefined ? [] : [[name, count]];
  });
  const types = (['kvTypeK', 'kvTypeV'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [[name, oneOf(name, options[name], CACHE_TYPES)]],
  );
  const bandwidths = listOf(options.bandwidth ?? []).map((each) => bytesOf('bandwidth', each) as number);
  const placement = await placementQuestion(options, bandwidths);
  const question = {
    contextLengths: lengthsOf(options.context),
    settings: { ...Object.fromEntries([...types, ...counts]), unified, swaFull, flashAttention },
    budget: bytesOf('budget', options.budget),
    bandwidth: placement === undefined ? bandwidths[0] : undefined,
    placement,
    mtp,
    imageSize: inRange('imageSize', options.imageSize, 1, MOST_COUNT),
    promptCache: inRange('cacheRam', options.cacheRam, 0, Number.MAX_SAFE_INTEGER),
    draft:
      draft === undefined
        ? undefined
        : await withInput(draft, { headers, signal }, {}, ({ name, model }) => ({ name, model })),
  };
  return { question, check: (model) => placement && requirePlaceable(model, placement) };
}

async function placementQuestion(
  { gpu, ram, margin, placement = {} }: CardOptions & Pick<MemoryOptions, 'placement'>,
  bandwidths: readonly number[],
) {
  const [{ devicesOf }, { placementOf }] = await Promise.all([import('./devices.js'), import('./placement.js')]);
  const cards = listOf(gpu ?? []).map((each) =>
    typeof each === 'number' ? `${bytesOf('gpu', each)}B` : textOf('gpu', each),
  );
  const asked = gpu === undefined ? undefined : await devicesOf(cards, 'gpu');
  const marginBytes = inRange('margin', margin, 0, Number.MAX_SAFE_INTEGER);
  return placementOf({ asked, ramBytes: bytesOf('ram', ram), marginBytes, bandwidths, settings: placement }, NAMES);
}

function bytesOf(option: string, value: number | undefined): number | undefined {
  return inRange(option, value, 1, Number.MAX_SAFE_INTEGER);
}

function lengthsOf(context: number | readonly number[] | undefined): number[] {
  return [...new Set(listOf(context ?? []).map((length) => inRange('context', length, 1, MOST_COUNT) as number))];
}

export interface SizesOptions extends InputOptions, CardOptions {
  /** File types, such as "Q4_K_M", or "all". Default: the usual ones. */
  types?: readonly string[] | 'all';
  /** Context in tokens, one length or several. Default: what the model was trained for, but at most 4,096. */
  context?: number | readonly number[];
  /** Whether the quantizer uses an importance matrix. */
  imatrix?: boolean;
  /** Whether to list the type of every tensor. */
  tensors?: boolean;
  /** Most bytes that everything together may take. */
  budget?: number;
}

/** The size of the same model in each of the file types and, if cards or a budget are given, which of them fit. */
export async function sizes(input: Input, options: SizesOptions = {}): Promise<SizesReport> {
  const [{ fileTypesNamed, sizesOf, USUAL_FILE_TYPES }, { WRITABLE_FILE_TYPES }] = await Promise.all([
    import('./sizes.js'),
    import('../memory/file-type-sizes.js'),
  ]);
  const { types = USUAL_FILE_TYPES, imatrix = false, tensors } = options;
  const fileTypes = types === 'all' ? WRITABLE_FILE_TYPES : fileTypesNamed(types, 'types:');
  const question = {
    ...{ fileTypes, imatrix, tensors, contextLengths: lengthsOf(options.context) },
    placement: await placementQuestion(options, []),
    budget: bytesOf('budget', options.budget),
  };
  return await withInput(input, options, {}, (opened) => sizesOf(opened, question));
}

/** The question about a repository with several models: cards, a budget, or both. */
export interface RepositorySizesOptions extends Omit<InputOptions, 'name'>, CardOptions {
  /** Context in tokens, one length or several. Default: 8,192. */
  context?: number | readonly number[];
  /** Most bytes that everything together may take. */
  budget?: number;
}

/** Which file of a repository on the Hugging Face hub fits, from the header of each; a few files are read at the same time. */
export async function repositorySizes(
  target: string | URL,
  options: RepositorySizesOptions = {},
): Promise<RepositorySizesReport> {
  const [{ listingOf }, { repositorySizesOf, USUAL_CONTEXT }] = await Promise.all([
    import('./repository.js'),
    import('./repository-sizes.js'),
  ]);
  const { signal } = options;
  signal?.throwIfAborted();
  const lengths = lengthsOf(options.context);
  const placement = await placementQuestion(options, []);
  const budget = bytesOf('budget', options.budget);
  if (placement === undefined && budget === undefined) {
    throw new UsageError('bad-usage', 'say what the files have to fit on', 'give gpu or budget');
  }
  const headers = headersFor(options);
  const listing = await listingOf(textOf('the repository', targetOf(target)), headers, signal);
  const question = { contextLengths: lengths.length > 0 ? lengths : [USUAL_CONTEXT], placement, budget };
  return await repositorySizesOf(listing, question, { headers, signal });
}
