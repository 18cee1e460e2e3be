/** `explain`: the page for a person, or the whole report as JSON. Of a repository with several models it is the list of them. */

import { statSync } from 'node:fs';
import { explainFile } from '../../explain.js';
import type { Companion, RemoteLocation } from '../../locate/location.js';
import { readLocation } from '../../read-location.js';
import { renderExplainPage } from '../../render/text/explain-page.js';
import type { ExplainReport } from '../../report/schema.js';
import { locateTarget } from '../locate-target.js';
import { printReport } from '../print-report.js';

export async function explainCommand(target: string, options: { json?: boolean }): Promise<void> {
  const location = locateTarget(target);
  if (location.kind === 'remote') return await explainRemote(target, location, options);
  const read = readLocation(location);
  await printExplained(explainFile(read instanceof Promise ? await read : read, target), options.json);
}

async function explainRemote(target: string, location: RemoteLocation, { json }: { json?: boolean }): Promise<void> {
  const { findRemote } = await import('../../locate/remote.js');
  const found = await findRemote(location);
  if (found.kind !== 'repository') {
    const report = await explainFile(await readLocation(found), target);
    const beside = found.kind === 'file' && found.companions !== undefined ? companionsOf(found.companions) : {};
    return await printExplained({ ...report, ...beside }, json);
  }
  const [{ repositoryReport }, { renderRepository }] = await Promise.all([
    import('../../report/repository-report.js'),
    import('../../render/text/repository-page.js'),
  ]);
  await printReport(repositoryReport(found.listing), json, renderRepository);
}

function companionsOf(companions: readonly Companion[]): Pick<ExplainReport, 'companions'> {
  const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { companions: companions.map(({ kind, name, path }) => ({ kind, name, bytes: bytesOf(path) })) };
}

async function printExplained(
  report: ExplainReport | Promise<ExplainReport>,
  json: boolean | undefined,
): Promise<void> {
  await printReport(report instanceof Promise ? await report : report, json, renderExplainPage);
}
