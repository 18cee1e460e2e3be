/**
 * What the HTML page shows beside the report of `explain`: the tensors in rows of equal layers, each row with its members; bytes by
 * role and layer; the types with their families; the memory over the context; the flow with its boxes. Plain data, so that the page needs nothing else.
 */

import { foldLayers } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import { flowReport } from './flow-report.js';
import type { FlowReport } from './flow-schema.js';
import { type RoleLayers, roleLayers } from './html-layer-roles.js';
import { type MemoryCurve, memoryCurve } from './html-memory-curve.js';
import { type HtmlType, htmlTypes } from './html-types.js';
import type { ExplainReport, FoldedTensorEntry, TensorEntry } from './schema.js';
import { foldedEntry } from './tensor-entry.js';

export interface HtmlTensorRow extends FoldedTensorEntry {
  /** In file order. */
  members: TensorEntry[];
}

export interface HtmlPageReport {
  explain: ExplainReport;
  rows: HtmlTensorRow[];
  roles: RoleLayers[];
  types: HtmlType[];
  memory: MemoryCurve | null;
  flow: FlowReport;
}

export function htmlPageReport(explain: ExplainReport, model: Model): HtmlPageReport {
  const entries = new Map(model.tensors.map((tensor, index) => [tensor, explain.tensors[index] as TensorEntry]));
  const entry = (tensor: ModelTensor) => entries.get(tensor) as TensorEntry;
  return {
    explain,
    rows: foldLayers(model.tensors).map((row) => ({ ...foldedEntry(row), members: row.members.map(entry) })),
    roles: roleLayers(model),
    types: htmlTypes(model, explain.totals),
    memory: memoryCurve(explain.file.name, model),
    flow: flowReport(explain.file.name, model),
  };
}
