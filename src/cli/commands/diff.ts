/** `diff`: what changed between two files, in their metadata, their tensors and, where asked, the bytes of these. */

import { compareMetadata, sameHeaders } from '../../gguf/compare-metadata.js';
import { compareTensors, type TensorComparison } from '../../model/compare-tensors.js';
import { globMatcher } from '../../model/select.js';
import type { OpenedModel } from '../../open/open-model.js';
import { jsonPieces } from '../../render/json.js';
import { renderDiffPage } from '../../render/text/diff-page.js';
import { type ComparedData, diffReport } from '../../report/diff-report.js';
import type { DiffReport } from '../../report/diff-schema.js';
import { comparablePairs } from '../../report/diff-values.js';
import { compareData, firstDifference } from '../../tensor-data/compare-data.js';
import { EXIT } from '../exit-codes.js';
import { closeInput } from '../interruption.js';
import { openTarget } from '../open-target.js';
import { writeDocument, writeJson, writeLines } from '../output.js';
import { withProgress } from '../progress.js';
import { renderOptions } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface DiffOptions {
  data?: boolean;
  values?: boolean;
  ignore?: string;
  format: 'text' | 'markdown' | 'json';
  json?: boolean;
}

/** The bytes of both headers are compared, and of their data as is asked for. */
const OPEN = { data: true, headerBytes: true };

export async function diffCommand(first: string, second: string, options: DiffOptions): Promise<void> {
  if (first === '-' && second === '-') {
    throw new UsageError(
      'bad-usage',
      'standard input can be one of the two models only',
      'name a file for the other one',
    );
  }
  const before = await openTarget(first, OPEN);
  try {
    const after = await openTarget(second, OPEN);
    try {
      const report = await compare(before, after, options);
      await print(report, options);
      process.exitCode = report.equal ? EXIT.fine : EXIT.findings;
    } finally {
      await closeInput(after);
    }
  } finally {
    await closeInput(before);
  }
}

async function compare(before: OpenedModel, after: OpenedModel, options: DiffOptions): Promise<DiffReport> {
  const { data, ignore } = options;
  if (data && options.values && (before.locality === 'stream' || after.locality === 'stream')) {
    throw new UsageError(
      'bad-usage',
      'a stream can be read once: for --data or for --values',
      'save it to a file first',
    );
  }
  const ignored = ignore?.split(',').map((glob) => glob.trim()) ?? [];
  const globs = ignored.map(globMatcher);
  const metadata = compareMetadata(before.header, after.header, (key) => globs.some((matches) => matches(key)));
  const [a, b] = [before.model, after.model];
  const tensors = compareTensors(a.tensors, b.tensors);
  const sameFile = before.realPaths !== null && String(before.realPaths) === String(after.realPaths);
  const split = before.file.set !== undefined || after.file.set !== undefined;
  const header = sameFile || (!split && sameHeaders(before.header, after.header));
  const content = data ? await compareContent(before, after, tensors, header) : null;
  const values = options.values
    ? await (await import('../diff-values.js')).compareNumbers(before, after, comparablePairs(tensors))
    : undefined;
  return diffReport({
    before: { name: before.name, model: a },
    after: { name: after.name, model: b },
    sameBytes: sameFile || content?.sameFile ? 'file' : header ? 'header' : 'none',
    metadata,
    ignored,
    tensors,
    data: content?.data ?? null,
    values,
  });
}

/** Files with the same header are read side by side up to where they begin to differ; only from there on are there digests. */
async function compareContent(
  before: OpenedModel,
  after: OpenedModel,
  tensors: TensorComparison,
  header: boolean,
): Promise<{ sameFile: boolean; data: ComparedData }> {
  const files = before.realPaths?.length === 1 && after.realPaths?.length === 1;
  const { size } = before.file;
  const [a, b] = [before.data, after.data];
  const comparable = files && header && size !== undefined && size === after.file.size;
  const total = 2 * tensors.alike.reduce((sum, pair) => sum + (pair.before.bytes ?? 0), 0);
  return await withProgress('compared', total, async ({ at }) => {
    const difference = comparable ? await firstDifference(a, b, size, at) : 0;
    const sameUntil = difference ?? size ?? 0;
    const data = await compareData(a, b, tensors.alike, { sameUntil, onProgress: at });
    return { sameFile: difference === null, data };
  });
}

async function print(report: DiffReport, { format, json }: DiffOptions): Promise<void> {
  if (json || format === 'json') writeJson(jsonPieces(report));
  else if (format === 'markdown')
    writeDocument((await import('../../render/markdown/diff-markdown.js')).diffMarkdown(report));
  else writeLines(renderDiffPage(report, await renderOptions()));
}
