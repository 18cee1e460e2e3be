/** `explain --format html` and `explain --json --full`: the page as one HTML file, and the report that it is drawn from. */

import { explainFile } from '../explain.js';
import { UsageError } from '../explained-error.js';
import { companionsOf } from '../library/companions.js';
import { renderHtmlPage } from '../render/html/page.js';
import { jsonPieces } from '../render/json.js';
import { fullExplainReport } from '../report/full-explain-report.js';
import { openTarget } from './open-target.js';
import { writeDocument, writeJson } from './output.js';

export async function explainInFull(target: string, { html, data }: { html: boolean; data: boolean }): Promise<void> {
  if (html && data) {
    const hint = 'without --format html the page has the numbers, with --json the report has them';
    throw new UsageError('bad-usage', 'the page in HTML is about the header alone: --data does not go with it', hint);
  }
  await using opened = await openTarget(target);
  const explained = { ...(await explainFile(opened.file, target)), ...companionsOf(opened.location) };
  const report = fullExplainReport(explained, opened.model);
  if (html) writeDocument(renderHtmlPage(report));
  else writeJson(jsonPieces(report));
}
