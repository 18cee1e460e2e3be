/** `explain`: the page for a person, or the whole report as JSON. Of a repository with several models it is the list of them. */

import { explainFile } from '../../explain.js';
import type { RemoteLocation } from '../../locate/location.js';
import { readHeader } from '../../open/read-header.js';
import { explainPageLines } from '../../render/text/explain-page.js';
import type { ExplainReport } from '../../report/explain-schema.js';
import { companionsOf } from '../companions.js';
import { locateTarget } from '../locate-target.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface ExplainOptions {
  json?: boolean;
  format?: 'text' | 'json' | 'html';
  data?: boolean;
  full?: boolean;
  threads?: string;
}

export async function explainCommand(target: string, options: ExplainOptions): Promise<void> {
  const { format, data = false, full = false } = options;
  const html = format === 'html';
  const json = options.json === true || format === 'json';
  if (full && !html && !json) {
    throw new UsageError('bad-usage', '--full is for --json: the text page has no room for more', 'add --json');
  }
  if (data && !html) return await (await import('../explain-values.js')).explainValues(target, { ...options, json });
  if (html || full) return await (await import('../full-explain.js')).explainInFull(target, { html, data });
  const location = locateTarget(target);
  if (location.kind === 'remote') return await explainRemote(target, location, json);
  const read = readHeader(location);
  await printExplained(explainFile(read instanceof Promise ? await read : read, target), json);
}

async function explainRemote(target: string, location: RemoteLocation, json: boolean): Promise<void> {
  const { findRemote } = await import('../../locate/remote.js');
  const found = await findRemote(location);
  if (found.kind !== 'repository') {
    const report = await explainFile(await readHeader(found), target);
    return await printExplained({ ...report, ...companionsOf(found) }, json);
  }
  const [{ repositoryReport }, { renderRepository }] = await Promise.all([
    import('../../report/repository-report.js'),
    import('../../render/text/repository-page.js'),
  ]);
  await printReport(repositoryReport(found.listing), json, renderRepository);
}

async function printExplained(report: ExplainReport | Promise<ExplainReport>, json: boolean): Promise<void> {
  await printReport(report instanceof Promise ? await report : report, json, explainPageLines);
}
