/** What running models takes: one model with what is loaded with it, or several side by side. */

import { UsageError } from '../explained-error.js';
import { MAX_ELEMENTS } from '../gguf/limits.js';
import { isCompanion } from '../model/kind.js';
import { type OpenedModel, openModel } from '../open/open-model.js';
import { memoryComparison } from '../report/memory-comparison.js';
import type { MemoryComparisonReport } from '../report/memory-comparison-schema.js';
import type { LoadedBeside, MemoryQuestion } from '../report/memory-question.js';
import { memoryReport } from '../report/memory-report.js';
import type { MemoryReport } from '../report/memory-schema.js';

/** The question that is asked of each model. */
export type AskedMemory = Omit<MemoryQuestion, 'companions'>;

/** A model with the projectors and adapters that are loaded with it. */
export interface LoadedModel extends LoadedBeside {
  companions: readonly LoadedBeside[];
}

/** A model, and the files that belong to it by their name. */
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

/** Most models in a comparison: a table with more would not be readable. */
const MOST_COMPARED = 64;

/**
 * The models among the files, each with the projectors and adapters that follow it; those before the first model belong to it. A single
 * file is always the subject, whatever it is.
 *
 * @throws UsageError for files without a model, for too many models, and if all together claim more numbers than one model may
 * (`MAX_ELEMENTS`),
 *   because their sizes are added up.
 */
export function modelsOf(loaded: readonly LoadedBeside[]): LoadedModel[] {
  const elements = loaded.flatMap(({ model }) => model.tensors).reduce((sum, tensor) => sum + tensor.elements, 0);
  if (elements > MAX_ELEMENTS) {
    const message = `the files claim ${elements} numbers together; at most ${MAX_ELEMENTS} can be added up`;
    throw new UsageError('number-too-large', message, 'name fewer files, or leave out the one that claims so many');
  }
  const alone = loaded.length === 1;
  const models = loaded.filter(({ model }) => alone || !isCompanion(model));
  if (models.length === 0) throw noModel();
  if (models.length > MOST_COMPARED) {
    throw new UsageError('bad-usage', `${models.length} models: at most ${MOST_COMPARED} can be compared`);
  }
  let owner = 0;
  const companions = models.map((): LoadedBeside[] => []);
  for (const one of loaded) {
    const place = models.indexOf(one);
    if (place >= 0) owner = place;
    else companions[owner]?.push(one);
  }
  return models.map((one, place) => ({ ...one, companions: companions[place] ?? [] }));
}

/** The report on one model with what is loaded with it. Throws UsageError for several models: use `compareMemory` for them. */
export function memoryOf(loaded: readonly LoadedBeside[], question: AskedMemory): MemoryReport {
  const [one, ...others] = modelsOf(loaded);
  if (one === undefined) throw noModel();
  if (others.length > 0) {
    const message = `memory takes one model, and projectors and adapters for it, not ${others.length + 1} models`;
    throw new UsageError('bad-usage', message, 'compareMemory takes several');
  }
  return memoryReport(one.name, one.model, { ...question, companions: one.companions });
}

/** The report on several models side by side. */
export function comparisonOf(models: readonly LoadedModel[], question: AskedMemory): MemoryComparisonReport {
  return memoryComparison(
    models.map(({ name, model, companions }) => memoryReport(name, model, { ...question, companions })),
  );
}

export function noModel(): UsageError {
  const message = 'memory needs a model; a projector or an adapter is not enough';
  return new UsageError('bad-usage', message, 'run "gguf-explain memory --help" for its options');
}
