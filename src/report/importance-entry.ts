/** The entry for an importance matrix: what was measured, with which texts, and for matrices of which shapes. */

import { importanceEntries, importanceFacts } from '../model/importance.js';
import { kindOf } from '../model/kind.js';
import type { Model } from '../model/model.js';
import { shorten } from '../words/shorten.js';
import type { ImportanceReport } from './explain-schema.js';

/** Most texts that are named, and most characters of a name; both come from the file. */
const MOST_DATASETS = 16;
const MOST_OF_A_NAME = 1000;

/** Empty for any other file. */
export function importanceEntry(model: Model): { importance?: ImportanceReport } {
  if (kindOf(model) !== 'imatrix') return {};
  const entries = importanceEntries(model.tensors);
  const { datasets, chunkCount, chunkSize } = importanceFacts(model);
  const shapes = new Map<string, ImportanceReport['shapes'][number]>();
  for (const { inputs, matrices } of entries) {
    if (inputs === null) continue;
    const shape = shapes.get(`${inputs} ${matrices}`);
    if (shape) shape.entries++;
    else shapes.set(`${inputs} ${matrices}`, { inputs, matrices, entries: 1 });
  }
  return {
    importance: {
      entries: entries.length,
      chunkCount,
      chunkSize,
      datasets: datasets.slice(0, MOST_DATASETS).map((name) => shorten(name, MOST_OF_A_NAME)),
      shapes: [...shapes.values()].sort((a, b) => b.entries - a.entries || b.inputs - a.inputs),
    },
  };
}
