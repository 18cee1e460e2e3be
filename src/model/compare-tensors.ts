/**
 * Compares the tensors of two models by name: added, removed, or with another type, shape or content. The position in the file does not
 * matter.
 */

import { exactName } from '../gguf/exact-text.js';
import { foldLayers, type LayerRanges } from './fold.js';
import type { ModelTensor } from './model.js';
import { typeName } from './totals.js';

/** `content`: same type and shape, different bytes. A reshaped tensor may also have another type. */
export type TensorChange = 'added' | 'removed' | 'retyped' | 'reshaped' | 'content';

/** Digests of the content of a tensor in both files; null if the file does not contain all of it. */
export interface ContentDigests {
  before: string | null;
  after: string | null;
}

export interface TensorDifference {
  change: TensorChange;
  before?: ModelTensor;
  after?: ModelTensor;
  digests?: ContentDigests;
}

/** The same tensor in both models. */
export interface TensorPair {
  before: ModelTensor;
  after: ModelTensor;
}

export interface TensorComparison {
  /** Tensors of the first model in its order, then those that only the second has. */
  differences: TensorDifference[];
  /** Tensors with the same type and shape, whose content may differ. */
  alike: TensorPair[];
  /** Whether the tensors that both have are in a different order. */
  reordered: boolean;
}

/** If a file repeats a tensor, the first one counts, as in llama.cpp. */
export function compareTensors(a: readonly ModelTensor[], b: readonly ModelTensor[]): TensorComparison {
  const [before, after] = [firstOfEach(a), firstOfEach(b)];
  const differences: TensorDifference[] = [];
  const alike: TensorPair[] = [];
  for (const [name, tensor] of before) {
    const other = after.get(name);
    if (other === undefined) differences.push({ change: 'removed', before: tensor });
    else if (!sameShape(tensor, other)) differences.push({ change: 'reshaped', before: tensor, after: other });
    else if (typeName(tensor) !== typeName(other))
      differences.push({ change: 'retyped', before: tensor, after: other });
    else alike.push({ before: tensor, after: other });
  }
  for (const [name, tensor] of after) if (!before.has(name)) differences.push({ change: 'added', after: tensor });
  const shared = [...after.keys()].filter((name) => before.has(name));
  const expected = [...before.keys()].filter((name) => after.has(name));
  return { differences, alike, reordered: shared.some((name, i) => name !== expected[i]) };
}

function firstOfEach(tensors: readonly ModelTensor[]): Map<string, ModelTensor> {
  const byName = new Map<string, ModelTensor>();
  for (const tensor of tensors) {
    const name = exactName(tensor);
    if (!byName.has(name)) byName.set(name, tensor);
  }
  return byName;
}

function sameShape({ dimensions: a }: ModelTensor, { dimensions: b }: ModelTensor): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** The same difference of the same tensor in several layers, folded into one row. */
export interface FoldedDifference {
  change: TensorChange;
  /** As foldLayers writes it: `blk.{0..31}.attn_q.weight`. */
  name: string;
  layers: LayerRanges;
  members: readonly TensorDifference[];
}

export function foldDifferences(differences: readonly TensorDifference[]): FoldedDifference[] {
  const rows = new Map<string, TensorDifference[]>();
  for (const difference of differences) {
    const { change, before, after } = difference;
    const key = [change, eitherOf(difference).classified.pattern, storageOf(before), storageOf(after)].join('\n');
    const row = rows.get(key);
    if (row) row.push(difference);
    else rows.set(key, [difference]);
  }
  return [...rows.values()].map((members) => {
    const { change } = members[0] as TensorDifference;
    // Members of a row have the same pattern and shape, so they fold into one.
    const { name, layers } = foldLayers(members.map(eitherOf))[0]!;
    return { change, name, layers, members };
  });
}

function eitherOf({ before, after }: TensorDifference): ModelTensor {
  return (before ?? after) as ModelTensor;
}

function storageOf(tensor: ModelTensor | undefined): string {
  return tensor === undefined ? '' : `${typeName(tensor)} ${tensor.dimensions.join(' ')}`;
}
