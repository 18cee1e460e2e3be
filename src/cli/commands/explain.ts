/** `explain`: the page for people, or the whole report as JSON. For a repository with several models: the list of them. */

import { explainFile } from '../../explain.js';
import { UsageError } from '../../explained-error.js';
import { companionsOf } from '../../library/companions.js';
import { mayHaveExample, withExample } from '../../library/with-example.js';
import type { RemoteLocation } from '../../locate/location.js';
import { readHeader } from '../../open/read-header.js';
import { explainPageLines } from '../../render/text/explain-page.js';
import type { ExplainReport } from '../../report/explain-schema.js';
import type { AskedPrompt } from '../../tokenizer/prompt.js';
import type { ExplainOptions } from '../definitions/explain.js';
import { printReport } from '../formats.js';
import { locateTarget } from '../locate-target.js';

export async function run(target: string, options: ExplainOptions): Promise<void> {
  const { format, data = false, full = false, digest, specVersion, threads, prompt, tokens } = options;
  const asks = prompt !== undefined || tokens !== undefined;
  if (full && format === 'text') {
    throw new UsageError('bad-usage', '--full needs --json: the text page has no room for more', 'add --json');
  }
  if (asks && (data || !(full || format === 'html'))) {
    const message = `${prompt === undefined ? '--tokens' : '--prompt'} needs a page that computes a prompt`;
    throw new UsageError('bad-usage', message, 'add --format html, or --json --full');
  }
  const isDocument = format === 'markdown' || format === 'cyclonedx';
  if (isDocument || digest !== undefined || specVersion !== undefined) {
    const { explainAsDocument, requireFitting } = await import('../explain-document.js');
    requireFitting(options);
    if (isDocument) return await explainAsDocument(target, format, options);
  }
  if (format === 'html') {
    const [{ explainAsHtml }, asked] = await Promise.all([import('../longer-explain.js'), askedPrompt(options)]);
    return await explainAsHtml(target, asked, { data });
  }
  if (data) return await (await import('../longer-explain.js')).explainValues(target, { format, threads, full });
  if (full)
    return await (await import('../longer-explain.js')).explainInFull(target, await askedPrompt(options), digest);
  const location = locateTarget(target);
  if (location.kind === 'remote') return await explainRemote(target, location, format);
  const read = readHeader(location);
  const explained = explainFile(read instanceof Promise ? await read : read, target);
  const report = explained instanceof Promise ? await explained : explained;
  // A large model gets no example, so nothing has to be loaded for it.
  const shown = format === 'text' && mayHaveExample(report, location) ? await withExample(report, location) : report;
  await printExplained(shown, format);
}

/** Null if the user gave neither a prompt nor tokens. */
async function askedPrompt({ prompt, tokens }: ExplainOptions): Promise<AskedPrompt | null> {
  if (prompt === undefined && tokens === undefined) return null;
  return (await import('../computation.js')).typedPrompt(prompt, tokens);
}

/** The other formats are separate documents. */
type PageFormat = 'text' | 'json';

async function explainRemote(target: string, location: RemoteLocation, format: PageFormat): Promise<void> {
  const { findRemote } = await import('../../locate/remote.js');
  const found = await findRemote(location);
  if (found.kind !== 'repository') {
    const report = await explainFile(await readHeader(found), target);
    return await printExplained({ ...report, ...companionsOf(found) }, format);
  }
  const [{ repositoryReport }, { renderRepository }] = await Promise.all([
    import('../../report/repository-report.js'),
    import('../../render/text/repository-page.js'),
  ]);
  await printReport(repositoryReport(found.listing), format, { text: renderRepository });
}

async function printExplained(report: ExplainReport, format: PageFormat): Promise<void> {
  await printReport(report, format, { text: explainPageLines });
}
