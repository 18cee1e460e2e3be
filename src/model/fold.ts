/**
 * Folds repeated layers into one row: tensors that differ only in the number of their layer share a line, `blk.{0..31}.attn_q.weight`. If
 * their types differ, the row lists the layers of each type.
 */

import type { ModelTensor } from './model.js';
import { typeName } from './totals.js';

/** Runs of consecutive layers, first and last included: `[[0, 3], [7, 7]]`. */
export type LayerRanges = [first: number, last: number][];

/** Equal tensors of several layers. */
export interface Folded<Item> {
  /** The name with the layers in it: `blk.{0..31}.attn_q.weight`; the plain name if there is only one. */
  name: string;
  layers: LayerRanges;
  /** The types and the layers that have them, most frequent first. */
  types: { type: string; count: number; layers: LayerRanges }[];
  count: number;
  parameters: number;
  bytes: number;
  /** The members, in file order; role and shape are the same for all. */
  members: readonly Item[];
}

export type FoldedTensor = Folded<ModelTensor>;

/** The properties that decide which tensors share a row, and those that are summed. */
export interface Foldable {
  name: string;
  /** The name with `{}` instead of the number of its layer. */
  pattern: string;
  layer: number | null;
  /** Dimensions as stored. */
  dimensions: readonly number[];
  type: string;
  parameters: number;
  /** Null if unknown. */
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

/** Folds items that represent tensors, such as entries of a report. */
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

/** Runs of consecutive layers without duplicates, lowest first. */
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

/** Layer ranges in text form: `0..3,7`. */
export function formatLayers(ranges: LayerRanges): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}..${last}`)).join(',');
}
