/** `tensors --stats`: the numbers of the chosen tensors, and of no others, are read. */

import type { GgufFile } from '../gguf/decode.js';
import { located } from '../locate/locate.js';
import { understand } from '../model/model.js';
import { type Selection, selectTensors } from '../model/select.js';
import type { TensorsReport } from '../report/schema.js';
import { tensorsReport } from '../report/tensors-report.js';
import { listenForInterruption } from './interruption.js';
import { locateTarget } from './locate-target.js';
import { readThreads, scanWeights } from './scan-weights.js';

/** `threads` as it was typed; `interrupted` tells that Ctrl-C has ended it early. */
export async function scannedTensors(
  target: string,
  selection: Selection,
  threads: string | undefined,
): Promise<{ report: TensorsReport; interrupted: boolean }> {
  const settings = { threads: readThreads(threads), choose: (file: GgufFile) => chosenIndices(file, selection) };
  const location = await located(locateTarget(target));
  const interruption = listenForInterruption();
  try {
    const { signal } = interruption;
    const { file, values } = await scanWeights(location, { ...settings, signal });
    return { report: tensorsReport(target, understand(file), selection, values), interrupted: signal.aborted };
  } finally {
    interruption.over();
  }
}

function chosenIndices(file: GgufFile, selection: Selection): ReadonlySet<number> {
  const { tensors } = understand(file);
  const chosen = new Set(selectTensors(tensors, selection));
  return new Set(tensors.flatMap((tensor, index) => (chosen.has(tensor) ? [index] : [])));
}
