/**
 * Repeated layers as one row: tensors that differ in nothing but the number of their layer are one line, `blk.{0..31}.attn_q.weight`.
 * Where their types differ the row lists which layers have which.
 */

import type { ModelTensor } from './model.js';
import { typeName } from './totals.js';

/** Runs of consecutive layers, first and last included: `[[0, 3], [7, 7]]`. */
export type LayerRanges = [first: number, last: number][];

/** Equal tensors of several layers. */
export interface Folded<Item> {
  /** The name with the layers in it: `blk.{0..31}.attn_q.weight`; the plain name where there is only one. */
  name: string;
  layers: LayerRanges;
  /** The types and which layers have them, most frequent first. */
  types: { type: string; count: number; layers: LayerRanges }[];
  count: number;
  parameters: number;
  bytes: number;
  /** The members, in file order; role and shape are the same for all. */
  members: readonly Item[];
}

export type FoldedTensor = Folded<ModelTensor>;

/** What decides which tensors share a row, and what is summed. */
export interface Foldable {
  name: string;
  /** The name with `{}` in place of its layer. */
  pattern: string;
  layer: number | null;
  /** As stored. */
  dimensions: readonly number[];
  type: string;
  parameters: number;
  /** Null where it cannot be known. */
  bytes: number | null;
}

export function foldLayers(tensors: readonly ModelTensor[]): FoldedTensor[] {
  return foldAll(tensors, (tensor) => ({
    name: tensor.name,
    pattern: tensor.classified.pattern,
    layer: tensor.classified.layer,
    dimensions: tensor.dimensions,
    type: typeName(tensor),
    parameters: tensor.elements,
    bytes: tensor.bytes,
  }));
}

/** Folds whatever stands for a tensor, such as its entry in a report. */
export function foldAll<Item>(items: readonly Item[], describe: (item: Item) => Foldable): Folded<Item>[] {
  const rows = new Map<string, Member<Item>[]>();
  for (const item of items) {
    const about = describe(item);
    addTo(rows, `${about.pattern}\n${about.dimensions.join(' ')}`, { item, about });
  }
  return [...rows.values()].map(foldRow);
}

interface Member<Item> {
  item: Item;
  about: Foldable;
}

function foldRow<Item>(members: readonly Member<Item>[]): Folded<Item> {
  const { pattern, name } = members[0]!.about;
  const layers = layerRanges(members);
  const byType = new Map<string, Member<Item>[]>();
  for (const member of members) addTo(byType, member.about.type, member);
  return {
    name: members.length === 1 ? name : pattern.replace('{}', `{${formatLayers(layers)}}`),
    layers,
    types: [...byType]
      .map(([type, having]) => ({ type, count: having.length, layers: layerRanges(having) }))
      .sort((a, b) => b.count - a.count),
    count: members.length,
    parameters: members.reduce((sum, { about }) => sum + about.parameters, 0),
    bytes: members.reduce((sum, { about }) => sum + (about.bytes ?? 0), 0),
    members: members.map(({ item }) => item),
  };
}

function addTo<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function layerRanges(members: readonly Member<unknown>[]): LayerRanges {
  return rangesOf(members.flatMap(({ about }) => about.layer ?? []));
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
