/**
 * The tensors of a report in the groups that the HTML page shows: rows of equal layers, bytes by role and layer, quantization types.
 * Everything is derived from the entries of the tensors, so a report that was saved as JSON gives the same groups.
 */

import { bitsPerWeight, type TensorType, tensorTypeByName } from '../formats/tensor-types.js';
import { foldAll } from '../model/fold.js';
import { findLayer, patternOf } from '../model/tensor-name.js';
import { ROLE_GROUPS, ROLES, type RoleGroup, type RoleId } from '../words/roles.js';
import type { FoldedTensorEntry, TensorEntry, TotalsReport } from './schema.js';
import { TOLD_TOGETHER } from './stored-report.js';

export interface TensorRow extends FoldedTensorEntry {
  /** In file order. */
  members: readonly TensorEntry[];
}

/** Equal tensors of all layers share a row. */
export function tensorRows(tensors: readonly TensorEntry[]): TensorRow[] {
  const folded = foldAll(tensors, ({ name, layer, shape, type, parameters, bytes }) => ({
    name,
    pattern: patternOf(name, findLayer(name)),
    layer,
    dimensions: shape.ggml,
    type,
    parameters,
    bytes,
  }));
  return folded.map((row) => {
    const { role, group, component, shape } = row.members[0] as TensorEntry;
    return { ...row, role, group, component, shape };
  });
}

/** The tensors of one role in one layer, or outside the layers. */
export interface LayerCell {
  layer: number | null;
  bytes: number;
  tensors: number;
  /** The types of its tensors, the one with the most bytes first. */
  types: { type: string; bytes: number }[];
}

/** A role with its layers, lowest first; tensors outside the layers come before them. */
export interface RoleLayers {
  title: string;
  component: string;
  group: string;
  bytes: number;
  cells: LayerCell[];
}

const GROUP_ORDER = new Map<string, number>(ROLE_GROUPS.map(({ id }, i) => [id, i]));
const TITLE_ORDER = new Map<string, number>(Object.values(ROLES).map(({ title }, i) => [title, i]));

/** In the order of the guide, component by component, like `stored`. */
export function roleLayers(tensors: readonly TensorEntry[]): RoleLayers[] {
  const roles = new Map<string, { row: RoleLayers; cells: Map<number | null, LayerCell> }>();
  const components: string[] = [];
  for (const tensor of tensors) {
    const { component, layer, group } = tensor;
    if (!components.includes(component)) components.push(component);
    const title = titleOf(tensor);
    const key = `${component}\n${title}`;
    let role = roles.get(key);
    if (role === undefined) {
      role = { row: { title, component, group, bytes: 0, cells: [] }, cells: new Map() };
      roles.set(key, role);
    }
    role.row.bytes += tensor.bytes ?? 0;
    const cell = role.cells.get(layer) ?? { layer, bytes: 0, tensors: 0, types: [] };
    role.cells.set(layer, cell);
    count(cell, tensor);
  }
  return [...roles.values()]
    .map(({ row, cells }) => ({ ...row, cells: [...cells.values()].sort(byLayer).map(largestTypeFirst) }))
    .sort(
      (a, b) =>
        components.indexOf(a.component) - components.indexOf(b.component) ||
        (GROUP_ORDER.get(a.group) ?? 0) - (GROUP_ORDER.get(b.group) ?? 0) ||
        (TITLE_ORDER.get(a.title) ?? 0) - (TITLE_ORDER.get(b.title) ?? 0),
    );
}

function titleOf({ role, group }: TensorEntry): string {
  const together = TOLD_TOGETHER.has(group as RoleGroup) ? ROLE_GROUPS.find(({ id }) => id === group) : undefined;
  return (together ?? ROLES[role as RoleId]).title;
}

function count(cell: LayerCell, { type, bytes }: TensorEntry): void {
  cell.bytes += bytes ?? 0;
  cell.tensors++;
  const same = cell.types.find((each) => each.type === type);
  if (same) same.bytes += bytes ?? 0;
  else cell.types.push({ type, bytes: bytes ?? 0 });
}

function byLayer(a: LayerCell, b: LayerCell): number {
  return (a.layer ?? -1) - (b.layer ?? -1);
}

function largestTypeFirst(cell: LayerCell): LayerCell {
  return { ...cell, types: cell.types.sort((a, b) => b.bytes - a.bytes) };
}

/** A quantization type of the model: its properties, and its part of the file. */
export interface TypeShare {
  type: string;
  /** `k-quant`, `float` …; null for an unknown type. */
  family: TensorType['family'] | null;
  /** Null if not known. */
  bitsPerWeight: number | null;
  says: string | null;
  tensors: number;
  bytes: number;
}

/** In the order of `byType`: largest first. */
export function typeShares({ byType }: Pick<TotalsReport, 'byType'>): TypeShare[] {
  return byType.map(({ type: name, tensors, bytes }) => {
    const type = tensorTypeByName(name);
    return {
      type: name,
      family: type?.family ?? null,
      // If the layout of a type is not known, its block size is 0 bytes.
      bitsPerWeight: type === undefined || type.blockBytes === 0 ? null : bitsPerWeight(type),
      says: type?.says ?? null,
      tensors,
      bytes,
    };
  });
}
