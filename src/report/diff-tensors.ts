/** Differences of tensors for the report: a row for each that is the same in several layers. */

import {
  type FoldedDifference,
  foldDifferences,
  type TensorChange,
  type TensorDifference,
} from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';
import { typeName } from '../model/totals.js';
import type { TensorDifferenceReport } from './diff-schema.js';

/** How grave a change is: the order of the report. */
const ORDER: Readonly<Record<TensorChange, number>> = { removed: 0, added: 1, reshaped: 2, retyped: 3, content: 4 };

export function tensorDifferences(differences: readonly TensorDifference[]): TensorDifferenceReport[] {
  const rows = foldDifferences(differences).sort((a, b) => ORDER[a.change] - ORDER[b.change]);
  return rows.map(rowEntry);
}

function rowEntry({ change, name, layers, members: found }: FoldedDifference): TensorDifferenceReport {
  const members = [...found].sort((a, b) => layerOf(a) - layerOf(b));
  const tensors = members.map(({ before, after }) => (before ?? after) as ModelTensor);
  const [before, after] = [members.map((member) => member.before), members.map((member) => member.after)];
  const digests = members.flatMap((member) => member.digests ?? []);
  return {
    change,
    name,
    role: (tensors[0] as ModelTensor).classified.role,
    layers,
    count: members.length,
    names: tensors.map((tensor) => tensor.name),
    ...(before[0] === undefined ? {} : { before: storageEntry(before as ModelTensor[]) }),
    ...(after[0] === undefined ? {} : { after: storageEntry(after as ModelTensor[]) }),
    ...(digests.length === 0 ? {} : { digests }),
  };
}

/** By layers, so that the order of the tensors in either file does not matter. */
function layerOf({ before, after }: TensorDifference): number {
  return (before ?? after)?.classified.layer ?? -1;
}

/** All tensors of a row have the type and the shape of the first. */
function storageEntry(tensors: readonly ModelTensor[]): NonNullable<TensorDifferenceReport['before']> {
  const [first] = tensors as [ModelTensor];
  const known = tensors.every(({ bytes }) => bytes !== null);
  return {
    type: typeName(first),
    ggml: [...first.dimensions],
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    bytes: known ? tensors.reduce((sum, { bytes }) => sum + (bytes as number), 0) : null,
  };
}
