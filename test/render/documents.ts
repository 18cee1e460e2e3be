/** Documents about a model as `explain` writes them, made without a process. */

import { explainForDocument } from '../../src/library/explain.js';
import { openForDigests } from '../../src/library/file-digests.js';
import { watchFor } from '../../src/library/watch.js';
import { locate } from '../../src/locate/locate.js';
import { openModel } from '../../src/open/open-model.js';
import { type BomOptions, cyclonedx } from '../../src/render/cyclonedx.js';
import { modelCard } from '../../src/render/model-card.js';
import { printableDocument, sanitizeJson } from '../../src/render/sanitize.js';
import type { ExplainReport } from '../../src/report/explain-schema.js';

/** The report that documents are made from, with digests of files on this machine. */
export async function documentReport(model: string | Uint8Array): Promise<ExplainReport> {
  const location =
    typeof model === 'string'
      ? locate(model, () => ({}))
      : ({ kind: 'memory', name: 'model.gguf', path: null, bytes: model } as const);
  await using opened = await openModel(location, openForDigests('here'));
  return await explainForDocument(opened, 'here', watchFor({}));
}

// biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives
export type Bom = any;

export function bomOf(report: ExplainReport, options: Partial<BomOptions> = {}): Bom {
  return JSON.parse(bomText(report, options));
}

export function bomText(report: ExplainReport, options: Partial<BomOptions> = {}): string {
  return sanitizeJson([...cyclonedx(report, { specVersion: '1.6', toolVersion: '1.2.3', ...options })].join(''));
}

export function cardOf(report: ExplainReport): string {
  return [...modelCard(report)].map(printableDocument).join('');
}
