/**
 * Which models get an example on the page about their header. This runs for every file, so it looks only at the report and loads nothing;
 * the computing code is loaded for a model that is small enough.
 */

import type { Found } from '../locate/location.js';
import type { ExplainReport } from '../report/explain-schema.js';

/** Most bytes of a file: all of it may be read. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Locations on this machine whose bytes can be read in any order. */
const HERE: ReadonlySet<Found['kind']> = new Set(['file', 'memory', 'blob']);

/** Whether a file may be worth an example. Whether it can be computed only shows when it is tried. */
export function mayHaveExample({ file, model, totals, flow }: ExplainReport, { kind }: Found): boolean {
  const whole = file.size !== null && file.size <= MOST_BYTES && file.size >= totals.bytes;
  const reads = flow.length > 0 && (model.tokenizer?.tokens ?? 0) > 0;
  return HERE.has(kind) && whole && totals.bytes > 0 && reads;
}

/** The report with a computed text, if the model is a small one on this machine. */
export async function withExample(report: ExplainReport, location: Found): Promise<ExplainReport> {
  if (!mayHaveExample(report, location)) return report;
  const { exampleOf } = await import('./example.js');
  const example = await exampleOf(location);
  return example === null ? report : { ...report, example };
}
