/** `memory`: what is stored, what is computed, and whether it fits. */

import { existsSync } from 'node:fs';
import { MAX_ELEMENTS } from '../../gguf/limits.js';
import { isCompanion } from '../../model/kind.js';
import { openModel } from '../../open/open-model.js';
import { renderMemory } from '../../render/text/memory-page.js';
import { type LoadedBeside, memoryReport } from '../../report/memory-report.js';
import { COUNT_PATTERN } from '../../words/quantities.js';
import type { MemoryOptions } from '../definitions/memory.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';
import { readCounts } from '../option-values.js';
import { UsageError } from '../usage-error.js';

export async function run(words: string[], options: MemoryOptions): Promise<void> {
  const { targets, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...readCounts(lengths, '--context')];
  const { kvType, kvTypeV, parallel, ubatch, budget, bandwidth } = options;
  const { name, model, companions } = onlyModel(await readWithCompanions(targets));
  const report = memoryReport(name, model, {
    companions,
    contextLengths: [...new Set(contextLengths)],
    settings: {
      ...(kvType === undefined ? {} : { kvTypeK: kvType }),
      ...(kvTypeV === undefined ? {} : { kvTypeV }),
      ...(parallel === undefined ? {} : { parallel }),
      ...(ubatch === undefined ? {} : { ubatch }),
      unified: options.unified ?? false,
      swaFull: options.swaFull ?? false,
      flashAttention: options.flashAttention,
    },
    budget,
    bandwidth,
  });
  await printReport(report, options.format, { text: renderMemory });
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
