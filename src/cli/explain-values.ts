/** `explain --data`: the page with a section on the numbers, which are all read. */

import { judgeValues } from '../checks/data/rules.js';
import { explainFile } from '../explain.js';
import { interpret } from '../model/model.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import { explainValuesReport } from '../report/values-entry.js';
import { companionsOf } from './companions.js';
import { printReport } from './formats.js';
import { scanWeights } from './scan-weights.js';

export async function explainValues(
  target: string,
  { format, threads, full }: { format: 'text' | 'json'; threads: number | undefined; full: boolean },
): Promise<void> {
  const { location, file, values } = await scanWeights(target, { threads });
  const model = interpret(file);
  const explained = { ...(await explainFile(file, target)), ...companionsOf(location) };
  const valued = explainValuesReport(explained, model, values, judgeValues(model, values));
  const report = full ? (await import('../report/full-explain-report.js')).fullExplainReport(valued, model) : valued;
  await printReport(report, format, {
    text: (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)),
  });
}
