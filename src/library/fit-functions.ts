/** What the library can tell of what running a model takes: memory, what goes where, and the size of the model in other file types. */

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

/** Settings of a run that are asked for as they are. */
type RunSettings = Pick<
  ContextOptions,
  'kvTypeK' | 'kvTypeV' | 'parallel' | 'unified' | 'swaFull' | 'ubatch' | 'flashAttention'
>;

/** The cards that a model is to run on. */
export interface CardOptions {
  /**
   * Cards: what is free on each ("24GiB", or bytes), a name ("RTX 4090"), or "auto" for those of this machine, each tool of which is
   * asked for some seconds at most.
   */
  gpu?: string | number | readonly (string | number)[];
  /** Bytes of system RAM that are free, for what does not go to the cards. */
  ram?: number;
  /** Bytes that stay free on each card: 1 GiB where it is left out. */
  margin?: number;
}

export interface MemoryOptions extends InputOptions, RunSettings, CardOptions {
  /** Tokens of context, one length or several; the usual ones up to the trained one where it is left out. */
  context?: number | readonly number[];
  /** What goes to the cards, by llama.cpp's own options; the best placement where none of them is given. */
  placement?: PlacementSettings;
  /** Bytes that all together may take. */
  budget?: number;
  /** Bytes that the machine reads in a second; with `gpu` those of each card, and then of system RAM. */
  bandwidth?: number | readonly number[];
  /** Load the layers that predict further tokens, too. */
  mtp?: boolean;
  /** A model that drafts tokens for this one. */
  draft?: Input;
  /** Pixels of each width and height of an image, for the buffers of a projector. */
  imageSize?: number;
  /** Bytes that a server may keep of former prompts. */
  cacheRam?: number;
}

/** What running a model takes. An array is a model with the projectors and adapters that are loaded beside it. */
export async function memory(inputs: Input | readonly Input[], options: MemoryOptions = {}): Promise<MemoryReport> {
  const { memoryOf, modelsOf, withCompanions } = await import('./memory.js');
  const { question, check } = await memoryQuestion(options);
  const loaded = [];
  for (const input of listOf(inputs)) loaded.push(...(await withInput(input, options, {}, withCompanions)));
  for (const { model } of modelsOf(loaded)) check(model);
  return memoryOf(loaded, question);
}

/** What each of several models takes, side by side; projectors and adapters belong to the model before them. */
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

/** What is asked, and a check of each model that it is asked of. Throws UsageError. */
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
  /** File types, such as "Q4_K_M", or "all"; the usual ones where they are left out. */
  types?: readonly string[] | 'all';
  /** Tokens of context, one length or several; those that the model was trained for, 4,096 at most, where it is left out. */
  context?: number | readonly number[];
  /** Whether the quantizer is given an importance matrix. */
  imatrix?: boolean;
  /** Whether to list the type of every tensor. */
  tensors?: boolean;
  /** Bytes that all together may take. */
  budget?: number;
}

/** The size of the same model in each of the file types, and, where cards or a budget are named, which of them fits. */
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

/** What a repository of several models is asked: cards, a budget, or both. */
export interface RepositorySizesOptions extends Omit<InputOptions, 'name'>, CardOptions {
  /** Tokens of context, one length or several; 8,192 where it is left out. */
  context?: number | readonly number[];
  /** Bytes that all together may take. */
  budget?: number;
}

/** Which file of a repository of the Hugging Face hub fits, by the header of each; a few are read at once. */
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
