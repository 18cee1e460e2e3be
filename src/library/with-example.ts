/**
 * Which models get an example on a page about their header. It is asked for every file, so it looks at the report and loads nothing; what
 * computes is loaded for a model that is small enough.
 */

import type { Found } from '../locate/location.js';
import type { ExplainReport } from '../report/explain-schema.js';

/** Bytes of a file: all of it may be read. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Places on this machine whose bytes can be read in any order. */
const HERE: ReadonlySet<Found['kind']> = new Set(['file', 'memory', 'blob']);

/** Whether a file may be worth an example; whether it can be computed with shows only when that is tried. */
export function mayHaveExample({ file, model, totals, flow }: ExplainReport, { kind }: Found): boolean {
  const whole = file.size !== null && file.size <= MOST_BYTES && file.size >= totals.bytes;
  const reads = flow.length > 0 && (model.tokenizer?.tokens ?? 0) > 0;
  return HERE.has(kind) && whole && totals.bytes > 0 && reads;
}

/** The report with a text computed, where the model is a small one on this machine. */
export async function withExample(report: ExplainReport, location: Found): Promise<ExplainReport> {
  if (!mayHaveExample(report, location)) return report;
  const { exampleOf } = await import('./example.js');
  const example = await exampleOf(location);
  return example === null ? report : { ...report, example };
}
