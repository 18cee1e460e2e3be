/** The report of the command `diff`: two headers that have been compared, and the data of their tensors where it was asked for. */

import type { MetadataDifference } from '../gguf/compare-metadata.js';
import type { ContentDigests, TensorComparison, TensorDifference, TensorPair } from '../model/compare-tensors.js';
import { readLabel } from '../model/label.js';
import type { Model } from '../model/model.js';
import { sumTotals } from '../model/totals.js';
import { type LabelOf, metadataDifferences } from './diff-metadata.js';
import type { DiffReport, DiffSide } from './diff-schema.js';
import { tensorDifferences } from './diff-tensors.js';
import { type ComparedNumbers, diffValues } from './diff-values.js';
import { fileEntry } from './file-entry.js';

export interface NamedModel {
  name: string;
  model: Model;
}

/** What the comparison of tensor data came to. */
export interface ComparedData {
  compared: number;
  bytes: number;
  changed: ReadonlyMap<TensorPair, ContentDigests>;
  absent: number;
  unclear: number;
}

/** What was found out about two files. */
export interface Comparison {
  before: NamedModel;
  after: NamedModel;
  sameBytes: DiffReport['sameBytes'];
  metadata: readonly MetadataDifference[];
  /** The globs of keys that `metadata` leaves out. */
  ignored?: readonly string[];
  tensors: TensorComparison;
  /** Null where the data was not compared. */
  data: ComparedData | null;
  /** Left out where the numbers were not compared. */
  values?: ComparedNumbers | undefined;
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
  const values = comparison.values && diffValues(comparison.values, tensors, comparison.before.model.tensors);
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
    metadata: await metadataDifferences(metadata, labelOf),
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
