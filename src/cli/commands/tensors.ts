/** `tensors`: the list, filtered, sorted and folded, for people and for scripts. */

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
  const selection: Selection = {
    names: names.length === 0 ? undefined : names,
    roles: options.role,
    types: options.type,
    layers: options.layer,
    sort: options.sort,
  };
  if (options.stats) return await printStats(target, selection, options);
  const { model } = await openTarget(target);
  const report = tensorsReport(target, model, selection);
  await printTensors(report, options, (shown, where) => renderTensorTable(shown, options.fold, where));
}

async function printStats(target: string, selection: Selection, options: TensorsOptions): Promise<void> {
  const [{ scannedTensors }, { renderStatsTable }] = await Promise.all([
    import('../tensors-values.js'),
    import('../../render/text/stats-table.js'),
  ]);
  const report = await scannedTensors(target, selection, options.threads);
  await printTensors(report, options, renderStatsTable);
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
