/** `memory`: what is stored, what is computed, and whether it fits. */

import { existsSync } from 'node:fs';
import { MAX_ELEMENTS } from '../../gguf/limits.js';
import { CACHE_TYPES, type CacheTypeName } from '../../memory/cells.js';
import { isCompanion } from '../../model/kind.js';
import { openModel } from '../../open/open-model.js';
import { renderMemory } from '../../render/text/memory-page.js';
import { type LoadedBeside, memoryReport } from '../../report/memory-report.js';
import { COUNT_PATTERN } from '../../words/quantities.js';
import { openTarget } from '../open-target.js';
import { readBytes, readBytesPerSecond, readCount } from '../option-values.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface MemoryOptions {
  context?: string[];
  kvType?: string;
  kvTypeV?: string;
  parallel?: string;
  unified?: boolean;
  swaFull?: boolean;
  ubatch?: string;
  flashAttention: boolean;
  budget?: string;
  bandwidth?: string;
  json?: boolean;
}

export async function memoryCommand(words: string[], options: MemoryOptions): Promise<void> {
  const { targets, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...lengths]
    .flatMap((word) => word.split(','))
    .map((word) => readCount('--context', word));
  const count = (option: string, value: string | undefined) =>
    value === undefined ? {} : { [option]: readCount(`--${option}`, value) };
  const { name, model, companions } = onlyModel(await readWithCompanions(targets));
  const report = memoryReport(name, model, {
    companions,
    contextLengths: [...new Set(contextLengths)],
    settings: {
      ...(options.kvType === undefined ? {} : { kvTypeK: cacheType('--kv-type', options.kvType) }),
      ...(options.kvTypeV === undefined ? {} : { kvTypeV: cacheType('--kv-type-v', options.kvTypeV) }),
      ...count('parallel', options.parallel),
      ...count('ubatch', options.ubatch),
      unified: options.unified ?? false,
      swaFull: options.swaFull ?? false,
      flashAttention: options.flashAttention,
    },
    budget: options.budget === undefined ? undefined : readBytes('--budget', options.budget),
    bandwidth: options.bandwidth === undefined ? undefined : readBytesPerSecond('--bandwidth', options.bandwidth),
  });
  await printReport(report, options.json, renderMemory);
}

/**
 * Some models, each with the files that belong to it under the same name. Throws UsageError where all of them together claim more
 * numbers than one may (`MAX_ELEMENTS`): their sizes are added up.
 */
async function readWithCompanions(targets: readonly string[]): Promise<LoadedBeside[]> {
  const read: LoadedBeside[] = [];
  for (const target of targets) {
    const { model, location } = await openTarget(target);
    read.push({ name: target, model });
    for (const { name, path } of (location.kind === 'file' && location.companions) || []) {
      read.push({ name, model: (await openModel({ kind: 'file', name, path })).model });
    }
  }
  const elements = read.flatMap(({ model }) => model.tensors).reduce((sum, tensor) => sum + tensor.elements, 0);
  if (elements > MAX_ELEMENTS) {
    const message = `the files claim ${elements} numbers together; at most ${MAX_ELEMENTS} can be added up`;
    throw new UsageError('number-too-large', message, 'name fewer files, or leave out the one that claims so many');
  }
  return read;
}

/** `--context 4096 8192 model.gguf`: numbers that name no file are more context lengths, wherever they stand. */
function sortWords(words: readonly string[]): { targets: string[]; lengths: string[] } {
  const isLength = (word: string) => COUNT_PATTERN.test(word) && !existsSync(word);
  const targets = words.filter((word) => !isLength(word));
  if (targets.length === 0) throw manyModels(0);
  return { targets, lengths: words.filter(isLength) };
}

/** What goes with a model is counted beside it; alone it is what is asked about. */
function onlyModel(read: readonly LoadedBeside[]): LoadedBeside & { companions: LoadedBeside[] } {
  const models = read.length === 1 ? read : read.filter(({ model }) => !isCompanion(model));
  const [one] = models;
  if (one === undefined || models.length > 1) throw manyModels(models.length);
  return { ...one, companions: read.filter((other) => other !== one) };
}

function manyModels(count: number): UsageError {
  const message = `memory takes one model, with projectors and adapters beside it, not ${count}`;
  return new UsageError('bad-usage', message, 'gguf-explain memory --help');
}

function cacheType(option: string, text: string): CacheTypeName {
  const known = CACHE_TYPES.find((type) => type === text.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError('bad-type', `${option} ${text} is no type of the cache`, `there is ${CACHE_TYPES.join(', ')}`);
}
