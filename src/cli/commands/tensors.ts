/** `tensors`: the list, filtered, sorted and folded, for people and for scripts. */

import { tensorTypeByName } from '../../formats/tensor-types.js';
import { COMPONENTS } from '../../model/component.js';
import { parseLayers, type Selection, type SortOrder } from '../../model/select.js';
import { tensorsCsv } from '../../render/csv.js';
import type { Lines } from '../../render/lines.js';
import { ndjson } from '../../render/ndjson.js';
import type { RenderOptions } from '../../render/options.js';
import { renderTensorTable } from '../../render/text/tensor-table.js';
import type { TensorsReport } from '../../report/schema.js';
import { tensorsReport } from '../../report/tensors-report.js';
import { ROLE_GROUPS, ROLES } from '../../words/roles.js';
import { openTarget } from '../open-target.js';
import { writeDocument, writeJson } from '../output.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface TensorsOptions {
  role?: string;
  type?: string;
  layer?: string;
  sort: SortOrder;
  fold: boolean;
  stats?: boolean;
  threads?: string;
  json?: boolean;
  ndjson?: boolean;
  csv?: boolean;
}

export async function tensorsCommand(target: string, names: string[], options: TensorsOptions): Promise<void> {
  checkRoles(listed(options.role) ?? []);
  checkTypes(listed(options.type) ?? []);
  const selection: Selection = {
    names: names.length === 0 ? undefined : names,
    roles: listed(options.role),
    types: listed(options.type),
    layers: options.layer === undefined ? undefined : layersOf(options.layer),
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

/** The chosen tensors in the form that was asked for; `render` makes the page. */
async function printTensors(
  report: TensorsReport,
  options: TensorsOptions,
  render: (report: TensorsReport, where: RenderOptions) => Lines,
): Promise<void> {
  if (options.ndjson) writeJson(ndjson(report.tensors));
  else if (options.csv) writeDocument(tensorsCsv(report.tensors, options.stats));
  else await printReport(report, options.json, render);
}

/** A role that nothing can have is a slip of the pen; one that this file has none of is an answer. */
function checkRoles(roles: readonly string[]): void {
  const groups = ROLE_GROUPS.map(({ id }): string => id);
  for (const role of roles) {
    if (Object.hasOwn(ROLES, role) || groups.includes(role) || COMPONENTS.includes(role)) continue;
    throw new UsageError(
      'bad-role',
      `--role ${role} names no role, group or component`,
      `groups are ${groups.join(', ')}`,
    );
  }
}

function checkTypes(types: readonly string[]): void {
  for (const type of types) {
    if (tensorTypeByName(type) !== undefined || /^id \d+$/i.test(type)) continue;
    throw new UsageError('bad-type', `--type ${type} names no type of ggml`, 'write Q4_K, or Q4_K,F32');
  }
}

function listed(words: string | undefined): string[] | undefined {
  return words?.split(',').map((word) => word.trim());
}

function layersOf(text: string): [number, number][] {
  const layers = parseLayers(text);
  if (layers === null) {
    throw new UsageError('bad-layers', `--layer ${text} names no layers`, 'write 3, or 0-7, or 0-3,28-31');
  }
  return layers;
}
