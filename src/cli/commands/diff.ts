/** `diff`: what changed between two files, in their metadata, their tensors and, on request, the bytes of these. */

import { UsageError } from '../../explained-error.js';
import { diffModels } from '../../library/diff.js';
import { renderDiffPage } from '../../render/text/diff-page.js';
import type { DiffOptions } from '../definitions/diff.js';
import { EXIT } from '../exit-codes.js';
import { printReport } from '../formats.js';
import { closeInput } from '../interruption.js';
import { openTarget } from '../open-target.js';
import { watchOnTerminal } from '../terminal-watch.js';

/** The bytes of both headers are always compared, those of the data on request. */
const OPEN = { data: true, headerBytes: true };

export async function run(first: string, second: string, options: DiffOptions): Promise<void> {
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
      const { data, values, maxError, ignore } = options;
      const report = await diffModels(before, after, { data, values, maxError, ignore }, watchOnTerminal);
      await printReport(report, options.format, {
        text: renderDiffPage,
        markdown: async (shown) => (await import('../../render/diff-markdown.js')).diffMarkdown(shown),
      });
      const fine = report.values?.gate?.within ?? report.equal;
      process.exitCode = fine ? EXIT.fine : EXIT.findings;
    } finally {
      await closeInput(after);
    }
  } finally {
    await closeInput(before);
  }
}
