/** `tensors --stats`: the numbers of the chosen tensors, and of no others, are read. */

import type { GgufFile } from '../gguf/decode.js';
import { interpret } from '../model/model.js';
import { type Selection, selectTensors } from '../model/select.js';
import type { TensorsReport } from '../report/schema.js';
import { tensorsReport } from '../report/tensors-report.js';
import { scanWeights } from './scan-weights.js';

export async function scannedTensors(
  target: string,
  selection: Selection,
  threads: number | undefined,
): Promise<TensorsReport> {
  const settings = { threads, choose: (file: GgufFile) => chosenIndices(file, selection) };
  const { file, values } = await scanWeights(target, settings);
  return tensorsReport(target, interpret(file), selection, values);
}

function chosenIndices(file: GgufFile, selection: Selection): ReadonlySet<number> {
  const { tensors } = interpret(file);
  const chosen = new Set(selectTensors(tensors, selection));
  return new Set(tensors.flatMap((tensor, index) => (chosen.has(tensor) ? [index] : [])));
}
