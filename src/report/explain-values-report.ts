/** The report of `explain --data`: that of `explain`, and what the scan found of the numbers. */

import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { ExplainReport } from './explain-schema.js';
import { findingEntries } from './finding-entry.js';
import { type ScannedNumbers, scanSummary, withValues } from './values-entry.js';

/** `findings` are those of the numbers. */
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
