/** The report of `tensor`: rows of tensors, with their numbers if they were asked for or are small enough to be read without asking. */

import { UsageError } from '../explained-error.js';
import type { BlockSource } from '../io/block-source.js';
import { keptBlocks } from '../io/kept-block-source.js';
import type { FoldedTensor } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import { MOST_UNASKED_BYTES } from '../open/locality.js';
import type { OpenedModel } from '../open/open-model.js';
import type { TensorReport, TensorRow } from '../report/schema.js';
import { type ChosenRow, chosenRows, tensorReportHead, tensorRows } from '../report/tensor-report.js';
import { bytesOfRows, bytesToRead, lookAtRows, type ReadNumbers, readSliceOf } from '../tensor-data/read-values.js';
import { readableTensor } from '../tensor-data/readable-tensor.js';
import { sliceSize } from '../tensor-data/slice.js';
import { formatBytes, formatCount, formatInteger } from '../words/format-quantity.js';
import { similarNames } from '../words/near-miss.js';
import { built } from './built.js';
import { readSlice } from './slice-text.js';
import type { Watch } from './watch.js';

export interface AskedTensor {
  opened: OpenedModel;
  /** A name, a glob, or the name of a folded row. */
  pattern: string;
  /** The rows that match the pattern; not empty. */
  rows: FoldedTensor[];
  /** true: read the numbers wherever they are; false: never; undefined: the user said neither. */
  data?: boolean | undefined;
  /** A part of one tensor. */
  slice?: AskedSlice | undefined;
}

export interface AskedSlice {
  /** `0:4,0:8`, as NumPy and PyTorch write it, rows before columns. */
  text: string;
  /** Name of the option in errors: `--slice`. */
  option: string;
  /** Most numbers that it may have. */
  most: number;
}

/** Most numbers of a slice in a report. */
export const MOST_IN_REPORT = 1024 * 1024;

/** The rows that match a pattern. Throws UsageError if there are none. */
export function rowsOf(model: Model, pattern: string): FoldedTensor[] {
  const rows = chosenRows(model, pattern);
  if (rows.length > 0) return rows;
  const names = model.tensors.map(({ name }) => name);
  const hint = similarNames(pattern, names, lastWord(pattern), ALL_NAMES);
  throw new UsageError('no-such-tensor', `no tensor is named ${pattern}`, hint);
}

/** The whole report. Throws as `readTensorRows` does. */
export async function tensorReportOf(asked: AskedTensor, watch: Watch): Promise<TensorReport> {
  const rows: TensorRow[] = [];
  for await (const row of readTensorRows(asked, watch)) rows.push(row);
  return { ...tensorReportHead(asked.opened.name, asked.opened.model), rows };
}

/**
 * The rows one after the other. Each is read when it is requested, and nothing of it is kept for the next. Throws UsageError for a bad
 * slice, for a slice of several tensors, and for a stream that would have to be read twice; and what reading the data throws.
 */
export async function* readTensorRows(asked: AskedTensor, watch: Watch): AsyncGenerator<TensorRow, void, void> {
  const { opened, rows, slice } = asked;
  const { model, locality } = opened;
  const rowOf = tensorRows(model);
  if (slice !== undefined) return yield rowOf(await rowWithSlice(slice, asked));
  const unread = reasonNotToRead(asked);
  if (unread !== undefined) {
    for (const row of rows) yield rowOf({ row, unread });
    return;
  }
  const source = locality === 'local' ? opened.data : await kept(asked);
  let at = 0;
  for await (const numbers of watchedRows(model, rows, source, watch)) {
    yield rowOf({ row: rows[at++] as FoldedTensor, numbers });
  }
}

/** A row is read when the caller takes it. The work is watched until the last row is taken or the caller stops. */
async function* watchedRows(
  model: Model,
  rows: readonly FoldedTensor[],
  source: BlockSource,
  watch: Watch,
): AsyncGenerator<ReadNumbers, void, void> {
  let tell: (bytes: number) => void = () => undefined;
  let over: () => void = () => undefined;
  const work = watch({ verb: 'read', total: bytesToRead(rows) }, ({ onProgress }) => {
    tell = onProgress;
    return new Promise<void>((resolve) => {
      over = resolve;
    });
  });
  try {
    yield* lookAtRows(model, rows, source, {
      kernels: built('value-kernels.wasm'),
      onProgress: (bytes) => tell(bytes),
    });
  } finally {
    over();
    await work;
  }
}

function reasonNotToRead({ opened: { locality }, rows, data }: AskedTensor): ChosenRow['unread'] {
  if (data === false) return 'not-wanted';
  if (data === true || locality === 'local') return undefined;
  if (locality === 'stream') return 'stream';
  return bytesOfRows(rows) > MOST_UNASKED_BYTES ? 'far-away' : undefined;
}

/**
 * Keeps the data in memory if it is small enough: then a server is asked for it only once, and a stream, which gives it only once, can be
 * used.
 */
async function kept({ opened: { data, locality }, rows }: AskedTensor): Promise<BlockSource> {
  const bytes = bytesOfRows(rows);
  if (bytes <= MOST_UNASKED_BYTES) {
    const members = rows.flatMap((row) => row.members);
    return await keptBlocks(
      data,
      members.map((tensor) => ({ position: tensor.fileOffset, bytes: tensor.bytes ?? 0 })),
    );
  }
  if (locality === 'remote') return data;
  const message = `${formatBytes(bytes)} of a stream are too much to keep and read twice`;
  throw new UsageError('stream', message, 'save it to a file first; gguf-explain tensors - --stats reads once');
}

async function rowWithSlice(slice: AskedSlice, { opened, pattern, rows }: AskedTensor): Promise<ChosenRow> {
  const { text, option, most } = slice;
  const tensor = theOneTensor(rows, pattern, option);
  const ranges = readSlice(slice, tensor.dimensions);
  const size = sliceSize(ranges);
  if (size > most) {
    const message = `${option} ${text} has ${formatInteger(size)} numbers; up to ${formatInteger(most)} are shown`;
    throw new UsageError('slice-too-large', message, '--raw npy writes any number of them');
  }
  const stored = readableTensor(opened.file, tensor);
  return { row: rows[0] as FoldedTensor, slice: await readSliceOf(stored, tensor, ranges, opened.data) };
}

/** Throws UsageError if several tensors match: `what` needs exactly one. */
export function theOneTensor(rows: readonly FoldedTensor[], pattern: string, what: string): ModelTensor {
  const members = rows.flatMap((row) => row.members);
  const [first] = members;
  if (first !== undefined && members.length === 1) return first;
  const message = `${pattern} matches ${formatCount(members.length, 'tensor')}, and ${what} needs exactly one`;
  throw new UsageError('several-tensors', message, `name one, such as ${first?.name}`);
}

/** The last word of a name: `attn_q` of `blk.0.attn_q.weight`. */
function lastWord(name: string): string {
  return (
    name
      .replace(/\.(weight|bias)$/, '')
      .split('.')
      .at(-1) ?? ''
  );
}

const ALL_NAMES = 'gguf-explain tensors MODEL lists all names; globs such as blk.*.attn_q.weight work too';
