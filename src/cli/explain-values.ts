/** `explain --data`: the page with a section on the numbers, which are all read. */

import { explainWithValues } from '../library/explain.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import { printReport } from './print-report.js';
import { readThreads, scanWeights } from './scan-weights.js';

/** `threads` as it was typed. */
export async function explainValues(
  target: string,
  { json, threads }: { json?: boolean; threads?: string },
): Promise<void> {
  const scanned = await scanWeights(target, { threads: readThreads(threads) });
  const report = await explainWithValues({ name: target, location: scanned.location }, scanned);
  await printReport(report, json, (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)));
}
