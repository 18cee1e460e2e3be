/** `diff`: what changed between two files, in their metadata, their tensors and, where asked, the bytes of these. */

import { diffModels } from '../../library/diff.js';
import { jsonPieces } from '../../render/json.js';
import { renderDiffPage } from '../../render/text/diff-page.js';
import type { DiffReport } from '../../report/diff-schema.js';
import { EXIT } from '../exit-codes.js';
import { closeInput } from '../interruption.js';
import { openTarget } from '../open-target.js';
import { writeDocument, writeJson, writeLines } from '../output.js';
import { renderOptions } from '../terminal.js';
import { watchOnTerminal } from '../terminal-watch.js';
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
      const ignore = options.ignore?.split(',').map((glob) => glob.trim());
      const question = { data: options.data, values: options.values, ignore };
      const report = await diffModels(before, after, question, watchOnTerminal);
      await print(report, options);
      process.exitCode = report.equal ? EXIT.fine : EXIT.findings;
    } finally {
      await closeInput(after);
    }
  } finally {
    await closeInput(before);
  }
}

async function print(report: DiffReport, { format, json }: DiffOptions): Promise<void> {
  if (json || format === 'json') writeJson(jsonPieces(report));
  else if (format === 'markdown')
    writeDocument((await import('../../render/markdown/diff-markdown.js')).diffMarkdown(report));
  else writeLines(renderDiffPage(report, await renderOptions()));
}
