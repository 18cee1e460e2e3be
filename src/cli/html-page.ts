/** `explain --format html`: the page as one HTML file, loaded only where it is asked for. */

import { explainFile } from '../explain.js';
import { renderHtmlPage } from '../render/html/page.js';
import { htmlPageReport } from '../report/html-page-report.js';
import { openTarget } from './open-target.js';
import { writeDocument } from './output.js';
import { UsageError } from './usage-error.js';

export async function printHtmlPage(target: string, { data }: { data?: boolean }): Promise<void> {
  if (data) {
    const hint = 'without --format html the page has the numbers, with --json the report has them';
    throw new UsageError('bad-usage', 'the page in HTML is about the header alone: --data does not go with it', hint);
  }
  await using opened = await openTarget(target);
  const report = await explainFile(opened.file, target);
  writeDocument(renderHtmlPage(htmlPageReport(report, opened.model)));
}
