/** Adds the results of the scan of the numbers to a report with an entry for each tensor. */

import type { Finding } from '../gguf/finding.js';
import type { Model, ModelTensor } from '../model/model.js';
import { outlyingLayers } from '../model/outlying-layers.js';
import type { Unreadable } from '../words/unreadable.js';
import type { ExplainReport } from './explain-schema.js';
import { findingEntries } from './finding-entry.js';
import type { TensorEntry } from './schema.js';
import type { ScanSummary, ValueStatistics } from './values-schema.js';

/** The statistics of tensors, by their index in the header or in a row. */
export interface ScannedNumbers {
  /** Undefined if a tensor was skipped or not reached. */
  statistics: readonly (ValueStatistics | undefined)[];
  left: ReadonlyMap<number, Unreadable>;
  complete: boolean;
  bytes: number;
  sampled?: ReadonlyMap<number, unknown>;
}

/** How far the scan got. `asked` is the number of tensors requested. */
export function scanSummary(
  {
    statistics,
    complete,
    bytes,
    sampled,
  }: Omit<ScannedNumbers, 'statistics' | 'left'> & { statistics: readonly unknown[] },
  asked: number,
): ScanSummary {
  const scanned = statistics.filter((own) => own !== undefined).length;
  const some = sampled !== undefined && sampled.size > 0 ? { sampled: sampled.size } : {};
  return { complete, tensors: asked, scanned, bytes, ...some };
}

/** The entries of tensors with the results for their numbers. `tensors` are all tensors that the statistics cover, in order. */
export function withValues(
  entries: readonly TensorEntry[],
  chosen: readonly ModelTensor[],
  tensors: readonly ModelTensor[],
  { statistics, left }: ScannedNumbers,
): TensorEntry[] {
  const outlying = new Map(outlyingLayers(tensors, statistics).map((found) => [found.index, found.outlying]));
  const indices = new Map(tensors.map((tensor, index) => [tensor, index]));
  return entries.map((entry, i) => {
    const index = indices.get(chosen[i] as ModelTensor) as number;
    const values = statistics[index];
    const notScanned = left.get(index);
    if (values === undefined) return notScanned === undefined ? entry : { ...entry, notScanned };
    const stands = outlying.get(index);
    return { ...entry, values: stands === undefined ? values : { ...values, outlying: stands } };
  });
}

// The report of `explain --data`: that of `explain`, plus the results of the scan of the numbers.

/** `findings` are those about the numbers. */
export function explainValuesReport(
  report: ExplainReport,
  model: Model,
  numbers: ScannedNumbers,
  findings: readonly Finding[],
): ExplainReport {
  return {
    ...report,
    tensors: withValues(report.tensors, model.tensors, model.tensors, numbers),
    findings: [...report.findings, ...findingEntries(findings)],
    data: scanSummary(numbers, model.tensors.length),
  };
}
