/** A report to standard output: as JSON, or as a page. */

import type { RenderOptions } from '../render/options.js';
import { sanitizeJson } from '../render/sanitize.js';
import { writeOut } from './output.js';
import { renderOptions } from './terminal.js';

export async function printReport<Report>(
  report: Report,
  json: boolean | undefined,
  render: (report: Report, options: RenderOptions) => string,
): Promise<void> {
  writeOut(json ? `${sanitizeJson(JSON.stringify(report, null, 2))}\n` : render(report, await renderOptions()));
}
