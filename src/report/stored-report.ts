/**
 * What is stored, by role: one row for each role in each component, in the order of the guide. Norms, biases and other small tensors of one
 * kind share a row.
 */

import type { ModelTensor } from '../model/model.js';
import { typeName } from '../model/totals.js';
import { ROLE_GROUPS, ROLES, type RoleGroup } from '../words/roles.js';
import type { StoredRow } from './explain-schema.js';
import { shapeEntry } from './tensor-entry.js';

/** Groups whose roles share a row: that a tensor is a norm matters more than which norm it is. */
export const TOLD_TOGETHER: ReadonlySet<RoleGroup> = new Set(['normalization', 'bias', 'quantization', 'unknown']);

/** Most shapes that a row lists; a row with more different shapes shows only its sums. */
const MOST_SHAPES = 3;

const GROUP_ORDER = new Map<string, number>(ROLE_GROUPS.map(({ id }, i) => [id, i]));
const ROLE_ORDER = new Map<string, number>(Object.keys(ROLES).map((id, i) => [id, i]));

export function storedRows(tensors: readonly ModelTensor[]): StoredRow[] {
  const rows = new Map<string, ModelTensor[]>();
  const components: string[] = [];
  for (const tensor of tensors) {
    const { classified, roleRow } = tensor;
    if (!components.includes(classified.component)) components.push(classified.component);
    const what = TOLD_TOGETHER.has(roleRow.group) ? roleRow.group : classified.role;
    const key = `${classified.component}\n${what}`;
    const members = rows.get(key);
    if (members) members.push(tensor);
    else rows.set(key, [tensor]);
  }
  return [...rows.values()]
    .map(storedRow)
    .sort(
      (a, b) =>
        components.indexOf(a.component) - components.indexOf(b.component) ||
        (GROUP_ORDER.get(a.group) ?? 0) - (GROUP_ORDER.get(b.group) ?? 0) ||
        (ROLE_ORDER.get(a.role) ?? 0) - (ROLE_ORDER.get(b.role) ?? 0),
    );
}

function storedRow(members: ModelTensor[]): StoredRow {
  const { classified, roleRow } = members[0]!;
  const together = TOLD_TOGETHER.has(roleRow.group);
  const types = new Map<string, number>();
  const shapes = new Map<string, StoredRow['shapes'][number]>();
  let parameters = 0;
  let bytes = 0;
  for (const member of members) {
    parameters += member.elements;
    bytes += member.bytes ?? 0;
    const type = typeName(member);
    types.set(type, (types.get(type) ?? 0) + 1);
    const shape = member.shape.ggml.join(' ');
    if (shapes.size < MOST_SHAPES && !shapes.has(shape)) shapes.set(shape, shapeEntry(member.shape));
  }
  return {
    role: classified.role,
    group: roleRow.group,
    component: classified.component,
    title: together ? ROLE_GROUPS.find(({ id }) => id === roleRow.group)!.title : roleRow.title,
    types: [...types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
    shapes: [...shapes.values()],
    kind: roleRow.kind,
    tensors: members.length,
    parameters,
    bytes,
  };
}
