/** Documents about a model, which `explain` writes from its metadata and the digests of its files: a model card, an ML-BOM. */

import { UsageError } from '../explained-error.js';
import { explainForDocument } from '../library/explain.js';
import { openForDigests, type WantedDigests } from '../library/file-digests.js';
import { aboutTarget } from '../open/read-header.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { shorten } from '../words/shorten.js';
import type { ExplainOptions } from './definitions/explain.js';
import { printReport } from './formats.js';
import { openTarget } from './open-target.js';
import { watchOnTerminal } from './terminal-watch.js';
import { VERSION } from './version.js';

/** Throws UsageError if an option that only documents have does not fit the format. */
export function requireFitting({ format, digest, specVersion, data, full }: ExplainOptions): void {
  const isDocument = format === 'markdown' || format === 'cyclonedx';
  if (isDocument && data) {
    const message = `--format ${format} has no statistics of the numbers: --data does not go with it`;
    throw new UsageError('bad-usage', message, 'without --format the page has them, with --json the report');
  }
  if (specVersion !== undefined && format !== 'cyclonedx') {
    throw new UsageError('bad-usage', '--spec-version is for the ML-BOM', 'add --format cyclonedx');
  }
  if (digest !== undefined && !isDocument && (data || format !== 'json' || !full)) {
    const message = `${digest ? '--digest' : '--no-digest'} is for what lists the files of the model`;
    throw new UsageError('bad-usage', message, 'add --format cyclonedx, --format markdown, or --json --full');
  }
}

/** Throws UsageError if SOURCE_DATE_EPOCH is not a time. */
export async function explainAsDocument(
  target: string,
  format: 'markdown' | 'cyclonedx',
  { digest, specVersion = '1.6' }: Pick<ExplainOptions, 'digest' | 'specVersion'>,
): Promise<void> {
  const timestamp = timeOfBuild();
  const wanted = digest === undefined ? UNASKED[format] : digest ? 'read' : 'none';
  await printReport(await documentReport(target, wanted), format, {
    markdown: async (report) => (await import('../render/model-documents.js')).modelCard(report),
    cyclonedx: async (report) =>
      (await import('../render/model-documents.js')).cyclonedx(report, {
        specVersion,
        toolVersion: VERSION,
        timestamp,
      }),
  });
}

/** Digests without `--digest`. They are the point of an ML-BOM, so local files are read for them; a model card must not take long. */
const UNASKED = { cyclonedx: 'here', markdown: 'stated' } as const;

async function documentReport(target: string, wanted: WantedDigests): Promise<ExplainReport> {
  try {
    await using opened = await openTarget(target, openForDigests(wanted));
    return await explainForDocument(opened, wanted, watchOnTerminal);
  } catch (error) {
    throw aboutTarget(error, target);
  }
}

/** The last second of a date whose year has four digits. */
const LAST_SECOND = 253_402_300_799;

/**
 * The time in a document: that of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/). Undefined without it: then
 * the document has no time, so that the same file always gives the same document.
 */
function timeOfBuild(): string | undefined {
  const { SOURCE_DATE_EPOCH: text } = process.env;
  if (text === undefined || text === '') return undefined;
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (seconds <= LAST_SECOND) return new Date(seconds * 1000).toISOString();
  const message = `SOURCE_DATE_EPOCH: "${shorten(text, 40)}" is not a number of seconds since 1970`;
  throw new UsageError('bad-number', message, 'set it with SOURCE_DATE_EPOCH=$(date +%s), or leave it out');
}
