/** `tensors`: the list, filtered, sorted and folded, for people and for scripts. */

import { chosenBy, selectionOf } from '../../library/tensors.js';
import { interpret } from '../../model/model.js';
import type { Selection } from '../../model/select.js';
import { tensorsCsv } from '../../render/csv.js';
import { ndjson } from '../../render/json.js';
import type { Lines } from '../../render/lines.js';
import type { RenderOptions } from '../../render/options.js';
import { renderTensorTable } from '../../render/text/tensor-table.js';
import type { TensorsReport } from '../../report/schema.js';
import { tensorsReport } from '../../report/tensors-report.js';
import type { TensorsOptions } from '../definitions/tensors.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';

export async function run(target: string, names: string[], options: TensorsOptions): Promise<void> {
  const { role: roles, type: types, layer: layers, sort } = options;
  const called = { role: '--role', type: '--type', layer: '--layer' };
  const selection = selectionOf({ names, roles, types, layers, sort }, called);
  if (options.stats) return await printStats(target, selection, options);
  const { model } = await openTarget(target);
  const report = tensorsReport(target, model, selection);
  await printTensors(report, options, (shown, where) => renderTensorTable(shown, options.fold, where));
}

async function printStats(target: string, selection: Selection, options: TensorsOptions): Promise<void> {
  const [{ scanWeights }, { renderStatsTable }] = await Promise.all([
    import('../scan-weights.js'),
    import('../../render/text/stats-table.js'),
  ]);
  const { file, values } = await scanWeights(target, { threads: options.threads, choose: chosenBy(selection) });
  await printTensors(tensorsReport(target, interpret(file), selection, values), options, renderStatsTable);
}

/** `text` makes the page. */
async function printTensors(
  report: TensorsReport,
  { format, stats }: TensorsOptions,
  text: (report: TensorsReport, where: RenderOptions) => Lines,
): Promise<void> {
  await printReport(report, format, {
    text,
    ndjson: ({ tensors }) => ndjson(tensors),
    csv: ({ tensors }) => tensorsCsv(tensors, stats),
  });
}
