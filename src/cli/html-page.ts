/** `explain --format html`: the page as one HTML file, loaded only where it is asked for. */

import { explainFile } from '../explain.js';
import { located } from '../locate/locate.js';
import { understand } from '../model/model.js';
import { readLocation } from '../read-location.js';
import { renderHtmlPage } from '../render/html/page.js';
import { htmlPageReport } from '../report/html-page-report.js';
import { locateTarget } from './locate-target.js';
import { writeDocument } from './output.js';
import { UsageError } from './usage-error.js';

export async function printHtmlPage(target: string, { data }: { data: true | undefined }): Promise<void> {
  if (data) {
    const hint = 'without --format html the page has the numbers, with --json the report has them';
    throw new UsageError('bad-usage', 'the page in HTML is about the header alone: --data does not go with it', hint);
  }
  const file = await readLocation(await located(locateTarget(target)));
  const report = await explainFile(file, target);
  writeDocument(renderHtmlPage(htmlPageReport(report, understand(file))));
}
