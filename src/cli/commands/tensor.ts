/** `tensor`: what one tensor, or each row that a pattern matches, does, and what its numbers look like; or the numbers themselves. */

import { isExplained } from '../../explained-error.js';
import type { Model } from '../../model/model.js';
import { aboutTarget } from '../../open/read-header.js';
import { jsonOfRows } from '../../render/json.js';
import { MOST_ROWS, moreRows, tensorRowPage } from '../../render/text/tensor-page.js';
import { chosenRows, tensorReportHead } from '../../report/tensor-report.js';
import { readableTensor } from '../../tensor-data/readable-tensor.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { writeJson, writeLines } from '../output.js';
import { type RawFormat, refuseTerminal, writeRaw } from '../tensor/raw-numbers.js';
import { type AskedTensor, readTensorRows, theOneTensor } from '../tensor/report.js';
import { readSlice, wholeSlice } from '../tensor/slice-option.js';
import { renderOptions } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface TensorOptions {
  /** Read the numbers wherever they are, or not at all; undefined where neither was said. */
  data?: boolean;
  slice?: string;
  raw?: RawFormat;
  json?: boolean;
}

export async function tensorCommand(first: string, second: string, options: TensorOptions): Promise<void> {
  const { raw, ...wanted } = options;
  const [target, pattern] = modelFirst(first, second);
  if (raw !== undefined) refuseTerminal();
  try {
    await using opened = await openTarget(target, { data: true });
    const { model, locality } = opened;
    const rows = chosenRows(model, pattern);
    if (rows.length === 0) {
      throw new UsageError('no-such-tensor', `no tensor is named ${pattern}`, similarNames(model, pattern));
    }
    const asked = { ...wanted, target, pattern, model, rows, blocks: opened.data, locality };
    if (raw !== undefined) await writeNumbers(raw, asked);
    else if (options.json) await printJson(asked);
    else await printPage(asked);
  } catch (error) {
    throw isExplained(error) ? error.about(target) : aboutTarget(error, target);
  }
}

async function printJson(asked: AskedTensor): Promise<void> {
  const head = tensorReportHead(asked.target, asked.model);
  await writeAsMade(jsonOfRows(head, 'rows', readTensorRows(asked)));
}

/** Only rows that are told are read. */
async function printPage(asked: AskedTensor): Promise<void> {
  const all = asked.rows.length;
  const options = await renderOptions();
  const rows = asked.slice === undefined ? asked.rows.slice(0, MOST_ROWS) : asked.rows;
  const told = readTensorRows({ ...asked, rows });
  let at = 0;
  for await (const row of told) writeLines(tensorRowPage(row, at++, all, options));
  writeLines(moreRows(all, options));
}

/** As the pieces come: a row can take as long as its numbers take to read. */
async function writeAsMade(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) writeJson([piece]);
}

async function writeNumbers(format: RawFormat, { slice, pattern, model, rows, blocks }: AskedTensor): Promise<void> {
  const tensor = theOneTensor(rows, pattern, '--raw');
  const { dimensions } = tensor;
  const stored = readableTensor(model.file, tensor);
  const ranges = slice === undefined ? wholeSlice(dimensions) : readSlice(slice, dimensions);
  await writeRaw(format, { tensor: stored, dimensions, ranges }, blocks);
}

/** Names that have a part of the wanted one in them, or the way to all names. */
function similarNames(model: Model, wanted: string): string {
  const part =
    wanted
      .replace(/\.(weight|bias)$/, '')
      .split('.')
      .at(-1) ?? '';
  const similar = part === '' ? [] : model.tensors.filter(({ name }) => name.includes(part)).slice(0, 3);
  if (similar.length > 0) return `there is ${similar.map(({ name }) => name).join(', ')}`;
  return 'gguf-explain tensors MODEL lists all names; globs such as blk.*.attn_q.weight work too';
}
