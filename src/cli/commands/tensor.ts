/** `tensor`: what one tensor, or each row that a pattern matches, does, and what its numbers look like; or the numbers themselves. */

import { isExplained } from '../../explained-error.js';
import { readSlice, wholeSlice } from '../../library/slice-text.js';
import { type AskedTensor, MOST_IN_REPORT, readTensorRows, rowsOf, theOneTensor } from '../../library/tensor-values.js';
import { aboutTarget } from '../../open/read-header.js';
import { jsonOfRows } from '../../render/json.js';
import { MOST_ROWS, moreRows, tensorRowPage } from '../../render/text/tensor-page.js';
import { tensorReportHead } from '../../report/tensor-report.js';
import { readableTensor } from '../../tensor-data/readable-tensor.js';
import type { TensorOptions } from '../definitions/tensor.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { writeJson, writeLines } from '../output.js';
import { type RawFormat, refuseTerminal, writeRaw } from '../tensor/raw-numbers.js';
import { renderOptions } from '../terminal.js';
import { watchOnTerminal } from '../terminal-watch.js';

export async function run(first: string, second: string, options: TensorOptions): Promise<void> {
  const { raw, data, format, slice: text } = options;
  const [target, pattern] = modelFirst(first, second);
  if (raw !== undefined) refuseTerminal();
  try {
    await using opened = await openTarget(target, { data: true });
    const rows = rowsOf(opened.model, pattern);
    const most = format === 'json' ? MOST_IN_REPORT : MOST_SHOWN;
    const slice = text === undefined ? undefined : { text, option: '--slice', most };
    const asked = { opened, pattern, rows, data, slice };
    if (raw !== undefined) await writeNumbers(raw, asked);
    else if (format === 'json') await printJson(asked);
    else await printPage(asked);
  } catch (error) {
    throw isExplained(error) ? error.about(target) : aboutTarget(error, target);
  }
}

/** Most numbers of a slice on a page. */
const MOST_SHOWN = 4096;

async function printJson(asked: AskedTensor): Promise<void> {
  const head = tensorReportHead(asked.opened.name, asked.opened.model);
  await writeAsMade(jsonOfRows(head, 'rows', readTensorRows(asked, watchOnTerminal)));
}

/** Only rows that are printed are read. */
async function printPage(asked: AskedTensor): Promise<void> {
  const all = asked.rows.length;
  const options = await renderOptions();
  const rows = asked.slice === undefined ? asked.rows.slice(0, MOST_ROWS) : asked.rows;
  const told = readTensorRows({ ...asked, rows }, watchOnTerminal);
  let at = 0;
  for await (const row of told) writeLines(tensorRowPage(row, at++, all, options));
  writeLines(moreRows(all, options));
}

/** Writes each piece when it is ready: reading the numbers of one row can take a long time. */
async function writeAsMade(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) writeJson([piece]);
}

async function writeNumbers(format: RawFormat, { opened, slice, pattern, rows }: AskedTensor): Promise<void> {
  const tensor = theOneTensor(rows, pattern, '--raw');
  const { dimensions } = tensor;
  const stored = readableTensor(opened.file, tensor);
  const ranges = slice === undefined ? wholeSlice(dimensions) : readSlice(slice, dimensions);
  await writeRaw(format, { tensor: stored, dimensions, ranges }, opened.data);
}
