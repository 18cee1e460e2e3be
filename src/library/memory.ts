/** What running a model takes, from the models that are to be loaded together. */

import { UsageError } from '../explained-error.js';
import { MAX_ELEMENTS } from '../gguf/limits.js';
import { isCompanion } from '../model/kind.js';
import { type OpenedModel, openModel } from '../open/open-model.js';
import { type LoadedBeside, type MemoryQuestion, memoryReport } from '../report/memory-report.js';
import type { MemoryReport } from '../report/memory-schema.js';

/** A model, and the files that belong to it under the same name. */
export async function withCompanions({ name, model, location }: OpenedModel): Promise<LoadedBeside[]> {
  const loaded = [{ name, model }];
  const companions = location.kind === 'file' || location.kind === 'http' ? location.companions : undefined;
  for (const companion of companions ?? []) {
    const opened = await openModel(companion.location);
    loaded.push({ name: companion.name, model: opened.model });
    await opened.close();
  }
  return loaded;
}

/**
 * One model, with projectors and adapters beside it; one of these alone is what is asked about.
 *
 * @throws UsageError for none or several models, and where all together claim more numbers than one may (`MAX_ELEMENTS`): their sizes
 *   are added up.
 */
export function memoryOf(loaded: readonly LoadedBeside[], question: Omit<MemoryQuestion, 'companions'>): MemoryReport {
  const elements = loaded.flatMap(({ model }) => model.tensors).reduce((sum, tensor) => sum + tensor.elements, 0);
  if (elements > MAX_ELEMENTS) {
    const message = `the files claim ${elements} numbers together; at most ${MAX_ELEMENTS} can be added up`;
    throw new UsageError('number-too-large', message, 'name fewer files, or leave out the one that claims so many');
  }
  const models = loaded.length === 1 ? loaded : loaded.filter(({ model }) => !isCompanion(model));
  const [one] = models;
  if (one === undefined || models.length > 1) throw manyModels(models.length);
  return memoryReport(one.name, one.model, { ...question, companions: loaded.filter((other) => other !== one) });
}

export function manyModels(count: number): UsageError {
  const message = `memory takes one model, with projectors and adapters beside it, not ${count}`;
  return new UsageError('bad-usage', message, 'gguf-explain memory --help');
}
