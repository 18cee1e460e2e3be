/** The report of the command `tensors`: the chosen tensors, one by one and folded over layers. */

import { foldLayers } from '../model/fold.js';
import type { Model } from '../model/model.js';
import { type Selection, selectTensors } from '../model/select.js';
import { fileEntry } from './file-entry.js';
import type { TensorsReport } from './schema.js';
import { foldedEntry, tensorEntry } from './tensor-entry.js';
import { type ScannedNumbers, scanSummary, withValues } from './values-entry.js';

/** `numbers`: the scan of the chosen tensors, if requested. */
export function tensorsReport(
  name: string,
  model: Model,
  selection: Selection,
  numbers?: ScannedNumbers,
): TensorsReport {
  const chosen = selectTensors(model.tensors, selection);
  const folded = foldLayers(chosen).map(foldedEntry);
  // The size of a row is the sum of its tensors, so rows have to be sorted separately.
  if (selection.sort === 'bytes') folded.sort((a, b) => b.bytes - a.bytes);
  if (selection.sort === 'parameters') folded.sort((a, b) => b.parameters - a.parameters);
  const tensors = chosen.map((tensor) => tensorEntry(tensor, model.hyperparameters));
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    selection: {
      shown: chosen.length,
      all: model.tensors.length,
      parameters: chosen.reduce((sum, tensor) => sum + tensor.elements, 0),
      bytes: chosen.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0),
    },
    tensors: numbers === undefined ? tensors : withValues(tensors, chosen, model.tensors, numbers),
    folded,
    ...(numbers === undefined ? {} : { data: scanSummary(numbers, chosen.length) }),
  };
}
