/** `explain`: the page for a person, or the whole report as JSON. Of a repository with several models it is the list of them. */

import { explainFile } from '../../explain.js';
import { companionsOf } from '../../library/companions.js';
import type { RemoteLocation } from '../../locate/location.js';
import { readHeader } from '../../open/read-header.js';
import { explainPageLines } from '../../render/text/explain-page.js';
import type { ExplainReport } from '../../report/schema.js';
import { locateTarget } from '../locate-target.js';
import { printReport } from '../print-report.js';

export interface ExplainOptions {
  json?: boolean;
  format?: 'text' | 'json' | 'html';
  data?: boolean;
  threads?: string;
}

export async function explainCommand(target: string, options: ExplainOptions): Promise<void> {
  const { format, data } = options;
  if (format === 'html') return await (await import('../html-page.js')).printHtmlPage(target, options);
  const json = options.json === true || format === 'json';
  if (data) return await (await import('../explain-values.js')).explainValues(target, { ...options, json });
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
