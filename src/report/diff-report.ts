/** The report of the command `diff`: two compared headers, and on request the data of their tensors. */

import type { MetadataDifference } from '../gguf/compare-metadata.js';
import {
  type ContentDigests,
  type FoldedDifference,
  foldDifferences,
  type TensorChange,
  type TensorComparison,
  type TensorDifference,
  type TensorPair,
} from '../model/compare-tensors.js';
import { readLabel } from '../model/label.js';
import type { Model, ModelTensor } from '../model/model.js';
import { sumTotals, typeName } from '../model/totals.js';
import { type LabelOf, metadataDifferences, type RendersByKey } from './diff-metadata.js';
import type { DiffReport, DiffSide, TensorDifferenceReport } from './diff-schema.js';
import { type ComparedNumbers, diffValues } from './diff-values.js';
import { fileEntry } from './file-entry.js';

export interface NamedModel {
  name: string;
  model: Model;
}

/** The result of comparing tensor data. */
export interface ComparedData {
  compared: number;
  bytes: number;
  changed: ReadonlyMap<TensorPair, ContentDigests>;
  absent: number;
  unclear: number;
}

/** The result of comparing two files. */
export interface Comparison {
  before: NamedModel;
  after: NamedModel;
  sameBytes: DiffReport['sameBytes'];
  metadata: readonly MetadataDifference[];
  /** The results of differing chat templates for the conversations. */
  renders?: RendersByKey | undefined;
  /** Globs of keys that are left out of `metadata`. */
  ignored?: readonly string[];
  tensors: TensorComparison;
  /** Null if the data was not compared. */
  data: ComparedData | null;
  /** Not given if the numbers were not compared. */
  values?: ComparedNumbers | undefined;
  /** The largest allowed relative error, as a fraction. */
  maxError?: number | undefined;
}

export async function diffReport(comparison: Comparison): Promise<DiffReport> {
  const { sameBytes, metadata, ignored = [], tensors, data } = comparison;
  const [before, after] = [sideEntry(comparison.before), sideEntry(comparison.after)];
  const labelOf: LabelOf = (side, key) =>
    key === 'general.file_type' ? ({ before, after }[side].label ?? undefined) : undefined;
  const changed = [...(data?.changed ?? [])].map(
    ([pair, digests]): TensorDifference => ({ change: 'content', ...pair, digests }),
  );
  const differences = [...tensors.differences, ...changed];
  const container = containerDifferences(before, after);
  const { reordered } = tensors;
  const values =
    comparison.values && diffValues(comparison.values, tensors, comparison.before.model.tensors, comparison.maxError);
  const sameValues = values === undefined || (values.complete && values.same === values.tensors.length);
  return {
    schemaVersion: 1,
    equal: metadata.length + differences.length + container.length === 0 && !reordered && sameValues,
    sameBytes,
    before,
    after,
    summary: {
      keys: { added: 0, removed: 0, changed: 0, retyped: 0, ...counted(metadata) },
      tensors: {
        ...{ added: 0, removed: 0, retyped: 0, reshaped: 0, content: 0, ...counted(differences) },
        alike: tensors.alike.length - changed.length,
      },
      bytes: after.bytes - before.bytes,
    },
    container,
    metadata: await metadataDifferences(metadata, labelOf, comparison.renders),
    ignored: [...ignored],
    tensors: tensorDifferences(differences),
    reordered,
    data: data === null ? null : { ...data, changed: data.changed.size },
    ...(values === undefined ? {} : { values }),
  };
}

function sideEntry({ name, model }: NamedModel): DiffSide {
  const { tensors, parameters, bytes, bitsPerWeight } = sumTotals(model.tensors);
  const label = readLabel(model);
  return {
    file: fileEntry(name, model.file),
    architecture: model.hyperparameters.architecture,
    label: label === null ? null : (label.fileType?.name ?? `id ${label.id}`),
    tensors,
    parameters,
    bytes,
    bitsPerWeight,
  };
}

function containerDifferences({ file: a }: DiffSide, { file: b }: DiffSide): DiffReport['container'] {
  const all: DiffReport['container'] = [
    { what: 'version', before: a.ggufVersion, after: b.ggufVersion },
    { what: 'endianness', before: a.endianness, after: b.endianness },
    { what: 'alignment', before: a.alignment, after: b.alignment },
  ];
  return all.filter(({ before, after }) => before !== after);
}

function counted<Change extends string>(differences: readonly { change: Change }[]): Partial<Record<Change, number>> {
  const counts: Partial<Record<Change, number>> = {};
  for (const { change } of differences) counts[change] = (counts[change] ?? 0) + 1;
  return counts;
}

// Differences of tensors for the report: equal differences in several layers share a row.

/** The severity of changes, which is the order of the report. */
const ORDER: Readonly<Record<TensorChange, number>> = { removed: 0, added: 1, reshaped: 2, retyped: 3, content: 4 };

function tensorDifferences(differences: readonly TensorDifference[]): TensorDifferenceReport[] {
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

/** Used for sorting by layer, so that the order of the tensors in either file does not matter. */
function layerOf({ before, after }: TensorDifference): number {
  return (before ?? after)?.classified.layer ?? -1;
}

/** All tensors of a row have the same type and shape as the first. */
function storageEntry(tensors: readonly ModelTensor[]): NonNullable<TensorDifferenceReport['before']> {
  const [first] = tensors as [ModelTensor];
  const known = tensors.every(({ bytes }) => bytes !== null);
  return {
    type: typeName(first),
    ggml: [...first.shape.ggml],
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    bytes: known ? tensors.reduce((sum, { bytes }) => sum + (bytes as number), 0) : null,
  };
}
