/** What `explain` prints beyond the page of a header: a section on the numbers (`--data`), the whole report (`--full`), one HTML file. */

import { UsageError } from '../explained-error.js';
import { explainModel, explainWithValues } from '../library/explain.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import { printReport } from './formats.js';
import { openTarget } from './open-target.js';
import { writeDocument } from './output.js';
import { scanWeights } from './scan-weights.js';

/** With `--data`: all numbers are read. */
export async function explainValues(
  target: string,
  { format, threads, full }: { format: 'text' | 'json'; threads: number | undefined; full: boolean },
): Promise<void> {
  const scanned = await scanWeights(target, { threads });
  const report = await explainWithValues({ name: target, location: scanned.location }, scanned, full);
  await printReport(report, format, {
    text: (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)),
  });
}

/** With `--json --full`. */
export async function explainInFull(target: string): Promise<void> {
  await using opened = await openTarget(target);
  await printReport(await explainModel(opened, true), 'json', {});
}

/** With `--format html`: the page drawn from the whole report. */
export async function explainAsHtml(target: string, { data }: { data: boolean }): Promise<void> {
  if (data) {
    const hint = 'without --format html the page has the numbers, with --json the report has them';
    throw new UsageError('bad-usage', 'the HTML page shows only the header: --data does not go with it', hint);
  }
  const { renderHtmlPage } = await import('../render/html/page.js');
  await using opened = await openTarget(target);
  writeDocument(renderHtmlPage(await explainModel(opened, true)));
}
