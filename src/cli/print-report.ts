/** A report to standard output: as JSON, or as a page. */

import { jsonPieces } from '../render/json.js';
import type { RenderOptions } from '../render/options.js';
import { writePieces } from './output.js';
import { renderOptions } from './terminal.js';

/** `render` gives the page whole, or in pieces where it can be long. */
export async function printReport<Report>(
  report: Report,
  json: boolean | undefined,
  render: (report: Report, options: RenderOptions) => string | Iterable<string>,
): Promise<void> {
  if (json) {
    writePieces(jsonPieces(report));
    return;
  }
  const page = render(report, await renderOptions());
  writePieces(typeof page === 'string' ? [page] : page);
}
