/**
 * Repeated layers as one row: tensors that differ in nothing but the number of their layer are one line, `blk.{0..31}.attn_q.weight`.
 * Where their types differ the row lists which layers have which.
 */

import type { ModelTensor } from './model.js';
import { typeName } from './totals.js';

/** Runs of consecutive layers, first and last included: `[[0, 3], [7, 7]]`. */
export type LayerRanges = [first: number, last: number][];

export interface FoldedTensor {
  /** The name with the layers in it: `blk.{0..31}.attn_q.weight`; the plain name where there is only one. */
  name: string;
  layers: LayerRanges;
  /** The types and which layers have them, most frequent first. */
  types: { type: string; count: number; layers: LayerRanges }[];
  count: number;
  parameters: number;
  bytes: number;
  /** The members, in file order; role and shape are the same for all. */
  members: readonly ModelTensor[];
}

export function foldLayers(tensors: readonly ModelTensor[]): FoldedTensor[] {
  const rows = new Map<string, ModelTensor[]>();
  for (const tensor of tensors) {
    addTo(rows, `${tensor.classified.pattern}\n${tensor.dimensions.join(' ')}`, tensor);
  }
  return [...rows.values()].map(foldRow);
}

function foldRow(members: ModelTensor[]): FoldedTensor {
  const { classified, name } = members[0]!;
  const layers = layerRanges(members);
  const byType = new Map<string, ModelTensor[]>();
  for (const member of members) addTo(byType, typeName(member), member);
  return {
    name: members.length === 1 ? name : classified.pattern.replace('{}', `{${formatLayers(layers)}}`),
    layers,
    types: [...byType]
      .map(([type, having]) => ({ type, count: having.length, layers: layerRanges(having) }))
      .sort((a, b) => b.count - a.count),
    count: members.length,
    parameters: members.reduce((sum, member) => sum + member.elements, 0),
    bytes: members.reduce((sum, member) => sum + (member.bytes ?? 0), 0),
    members,
  };
}

function addTo(lists: Map<string, ModelTensor[]>, key: string, tensor: ModelTensor): void {
  const list = lists.get(key);
  if (list) list.push(tensor);
  else lists.set(key, [tensor]);
}

function layerRanges(members: readonly ModelTensor[]): LayerRanges {
  return rangesOf(members.flatMap(({ classified }) => classified.layer ?? []));
}

/** Runs of the layers, each counted once, lowest first. */
export function rangesOf(numbers: readonly number[]): LayerRanges {
  const layers = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: LayerRanges = [];
  for (const layer of layers) {
    const last = ranges.at(-1);
    if (last && last[1] === layer - 1) last[1] = layer;
    else ranges.push([layer, layer]);
  }
  return ranges;
}

/** Layer ranges as people write them: `0..3,7`. */
export function formatLayers(ranges: LayerRanges): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}..${last}`)).join(',');
}
