/** What `explain` prints beyond the page for a header: a section on the numbers (`--data`), the whole report (`--full`), an HTML file. */

import { UsageError } from '../explained-error.js';
import { explainModel, explainStory, explainWithValues } from '../library/explain.js';
import { openForDigests, withFiles } from '../library/file-digests.js';
import { withExample } from '../library/with-example.js';
import { explainPageLines } from '../render/text/explain-page.js';
import { valuesSection } from '../render/text/values-section.js';
import type { ExplainReport } from '../report/explain-schema.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import { printReport } from './formats.js';
import { locateTarget } from './locate-target.js';
import { openTarget } from './open-target.js';
import { writeDocument } from './output.js';
import { scanWeights } from './scan-weights.js';
import { watchOnTerminal } from './terminal-watch.js';

/** With `--data`: all numbers are read. */
export async function explainValues(
  target: string,
  { format, threads, full }: { format: 'text' | 'json'; threads: number | undefined; full: boolean },
): Promise<void> {
  const scanned = await scanWeights(target, { threads });
  const explained = await explainWithValues({ name: target, location: scanned.location }, scanned, full);
  const report = format === 'text' ? await withExample(explained, scanned.location) : explained;
  await printReport(report, format, {
    text: (shown, options) => explainPageLines(shown, options, valuesSection(shown, options)),
  });
}

/** With `--json --full`. */
export async function explainInFull(target: string, asked: AskedPrompt | null, digest = false): Promise<void> {
  await printReport(await wholeReport(target, asked, digest), 'json', {});
}

/** With `--format html`: the page drawn from the whole report. */
export async function explainAsHtml(
  target: string,
  asked: AskedPrompt | null,
  { data }: { data: boolean },
): Promise<void> {
  if (data) {
    const hint = 'leave out --format html for a page with them, or use --json';
    throw new UsageError(
      'bad-usage',
      'the HTML page has no statistics of the numbers, so --data cannot be used with it',
      hint,
    );
  }
  const { renderHtmlPage } = await import('../render/html/page.js');
  writeDocument(renderHtmlPage(await wholeReport(target, asked)));
}

/** If the model is not on this disk, only its header is read, unless a prompt is to be computed. */
async function wholeReport(target: string, asked: AskedPrompt | null, digest = false): Promise<ExplainReport> {
  const wanted = digest ? 'read' : 'none';
  const local = ['file', 'shards'].includes(locateTarget(target).kind);
  if (asked === null && !local) {
    await using opened = await openTarget(target, openForDigests(wanted));
    return await withFiles(await explainModel(opened, true), opened, wanted, watchOnTerminal);
  }
  const { withOpened } = await import('./computation.js');
  return await withOpened(target, async (opened) => {
    const report = await explainStory(opened, asked, watchOnTerminal);
    return await withFiles(report, opened, wanted, watchOnTerminal);
  });
}
