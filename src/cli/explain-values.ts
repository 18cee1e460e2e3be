/** `explain --data`: the page with a section on the numbers, which are all read. */

import { judgeValues } from '../checks/judge-values.js';
import { explainFile } from '../explain.js';
import { interpret } from '../model/model.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import { explainValuesReport } from '../report/explain-values-report.js';
import { companionsOf } from './companions.js';
import { printReport } from './print-report.js';
import { readThreads, scanWeights } from './scan-weights.js';

/** `threads` as it was typed. */
export async function explainValues(
  target: string,
  { json, threads }: { json?: boolean; threads?: string },
): Promise<void> {
  const settings = { threads: readThreads(threads) };
  const { location, file, values } = await scanWeights(target, settings);
  const model = interpret(file);
  const explained = { ...(await explainFile(file, target)), ...companionsOf(location) };
  const report = explainValuesReport(explained, model, values, judgeValues(model, values));
  await printReport(report, json, (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)));
}
