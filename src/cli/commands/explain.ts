/** `explain`: the page for a person, or the whole report as JSON. */

import { explainFile } from '../../explain.js';
import { renderExplainPage } from '../../render/text/explain-page.js';
import { printReport } from '../print-report.js';
import { readHeader } from '../read-model.js';

export async function explainCommand(target: string, options: { json?: boolean }): Promise<void> {
  await printReport(explainFile(await readHeader(target), target), options.json, renderExplainPage);
}
