/** `explain --data`: the page with a section on the numbers, which are all read. */

import type { GgufFile } from '../gguf/decode.js';
import { explainWithValues } from '../library/explain.js';
import { interpret } from '../model/model.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { printReport } from './formats.js';
import { scanWeights } from './scan-weights.js';

export async function explainValues(
  target: string,
  { format, threads, full }: { format: 'text' | 'json'; threads: number | undefined; full: boolean },
): Promise<void> {
  const scanned = await scanWeights(target, { threads });
  const valued = await explainWithValues({ name: target, location: scanned.location }, scanned);
  const report = full ? await inFull(valued, scanned.file) : valued;
  await printReport(report, format, {
    text: (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)),
  });
}

async function inFull(report: ExplainReport, file: GgufFile): Promise<ExplainReport> {
  const { fullExplainReport } = await import('../report/full-explain-report.js');
  return fullExplainReport(report, interpret(file));
}
