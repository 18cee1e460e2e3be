/** Bytes and types by role and layer: what the treemap and the grid of the HTML page are drawn from. */

import type { Model, ModelTensor } from '../model/model.js';
import { typeName } from '../model/totals.js';
import { ROLE_GROUPS, ROLES, type RoleGroup } from '../words/roles.js';
import { TOLD_TOGETHER } from './stored-report.js';

/** What one role has in one layer, or outside of all layers. */
export interface LayerCell {
  layer: number | null;
  bytes: number;
  tensors: number;
  /** The types that are there, the one with the most bytes first. */
  types: { type: string; bytes: number }[];
}

/** A role with its layers, lowest first; what belongs to no layer stands before them. */
export interface RoleLayers {
  title: string;
  component: string;
  group: RoleGroup;
  bytes: number;
  cells: LayerCell[];
}

const GROUP_ORDER = new Map<string, number>(ROLE_GROUPS.map(({ id }, i) => [id, i]));
const TITLE_ORDER = new Map<string, number>(Object.values(ROLES).map(({ title }, i) => [title, i]));

/** In the order of the guide, component after component, as `stored` has them. */
export function roleLayers({ tensors }: Model): RoleLayers[] {
  const roles = new Map<string, { row: RoleLayers; cells: Map<number | null, LayerCell> }>();
  const components: string[] = [];
  for (const tensor of tensors) {
    const { component, layer } = tensor.classified;
    if (!components.includes(component)) components.push(component);
    const title = titleOf(tensor);
    const key = `${component}\n${title}`;
    let role = roles.get(key);
    if (role === undefined) {
      role = { row: { title, component, group: tensor.roleRow.group, bytes: 0, cells: [] }, cells: new Map() };
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

function titleOf({ roleRow }: ModelTensor): string {
  if (!TOLD_TOGETHER.has(roleRow.group)) return roleRow.title;
  return ROLE_GROUPS.find(({ id }) => id === roleRow.group)?.title ?? roleRow.title;
}

function count(cell: LayerCell, tensor: ModelTensor): void {
  const bytes = tensor.bytes ?? 0;
  cell.bytes += bytes;
  cell.tensors++;
  const type = typeName(tensor);
  const same = cell.types.find((each) => each.type === type);
  if (same) same.bytes += bytes;
  else cell.types.push({ type, bytes });
}

function byLayer(a: LayerCell, b: LayerCell): number {
  return (a.layer ?? -1) - (b.layer ?? -1);
}

function largestTypeFirst(cell: LayerCell): LayerCell {
  return { ...cell, types: cell.types.sort((a, b) => b.bytes - a.bytes) };
}
