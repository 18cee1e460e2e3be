/** A report to standard output: as JSON, or as a page. */

import { jsonPieces } from '../render/json.js';
import type { Lines } from '../render/lines.js';
import type { RenderOptions } from '../render/options.js';
import { writeJson, writeLines } from './output.js';
import { renderOptions } from './terminal.js';

/** `render` gives the page as lines, one by one where there can be many. */
export async function printReport<Report>(
  report: Report,
  json: boolean | undefined,
  render: (report: Report, options: RenderOptions) => Lines,
): Promise<void> {
  if (json) writeJson(jsonPieces(report));
  else writeLines(render(report, await renderOptions()));
}
