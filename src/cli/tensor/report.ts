/** The rows of `tensor`, with what of the numbers was asked for, or is little enough to be read unasked. */

import type { BlockSource } from '../../io/block-source.js';
import { keptBlocks } from '../../io/kept-block-source.js';
import type { FoldedTensor } from '../../model/fold.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { type Locality, MOST_UNASKED_BYTES } from '../../open/locality.js';
import { formatBytes, formatCount, formatInteger } from '../../report/quantity.js';
import type { TensorRow } from '../../report/schema.js';
import { type ChosenRow, tensorRows } from '../../report/tensor-report.js';
import { bytesOfRows, bytesToRead, lookAtRows, readSliceOf } from '../../tensor-data/read-values.js';
import { readableTensor } from '../../tensor-data/readable-tensor.js';
import { sliceSize } from '../../tensor-data/slice.js';
import { built } from '../built.js';
import { withProgressOver } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { readSlice } from './slice-option.js';

export interface AskedTensor {
  /** As it was typed. */
  target: string;
  pattern: string;
  model: Model;
  /** What the pattern stands for; not empty. */
  rows: FoldedTensor[];
  blocks: BlockSource;
  locality: Locality;
  /** Read the numbers wherever they are, or not at all; undefined where neither was said. */
  data?: boolean | undefined;
  slice?: string | undefined;
  json?: boolean | undefined;
}

/** Numbers of a slice on a page, and in JSON. */
const MOST_SHOWN = 4096;
const MOST_IN_JSON = 1024 * 1024;

/**
 * The rows one after the other, each read when it is asked for: nothing of one is kept for the next. Throws UsageError for a slice that is
 * none, and as the blocks do.
 */
export async function* readTensorRows(asked: AskedTensor): AsyncGenerator<TensorRow, void, void> {
  const { model, rows, slice, blocks, locality } = asked;
  const rowOf = tensorRows(model);
  if (slice !== undefined) return yield rowOf(await rowWithSlice(slice, asked));
  const unread = reasonNotToRead(asked);
  if (unread !== undefined) {
    for (const row of rows) yield rowOf({ row, unread });
    return;
  }
  const source = locality === 'local' ? blocks : await kept(asked);
  yield* withProgressOver('read', bytesToRead(rows), async function* ({ at: onProgress }) {
    let at = 0;
    for await (const numbers of lookAtRows(model, rows, source, { kernels: built('value-kernels.wasm'), onProgress })) {
      yield rowOf({ row: rows[at++] as FoldedTensor, numbers });
    }
  });
}

function reasonNotToRead({ locality, rows, data }: AskedTensor): ChosenRow['unread'] {
  if (data === false) return 'not-wanted';
  if (data === true || locality === 'local') return undefined;
  if (locality === 'stream') return 'stream';
  return bytesOfRows(rows) > MOST_UNASKED_BYTES ? 'far-away' : undefined;
}

/** The data in memory, where it is little enough: a server is asked for it once, and a stream gives it once. */
async function kept({ rows, blocks, locality }: AskedTensor): Promise<BlockSource> {
  const bytes = bytesOfRows(rows);
  if (bytes <= MOST_UNASKED_BYTES) {
    const members = rows.flatMap((row) => row.members);
    return await keptBlocks(
      blocks,
      members.map((tensor) => ({ position: tensor.fileOffset, bytes: tensor.bytes ?? 0 })),
    );
  }
  if (locality === 'remote') return blocks;
  const message = `${formatBytes(bytes)} of a stream are too much to be kept and read twice`;
  throw new UsageError('stream', message, 'save it to a file first; gguf-explain tensors - --stats reads once');
}

async function rowWithSlice(text: string, { pattern, model, rows, blocks, json }: AskedTensor): Promise<ChosenRow> {
  const tensor = theOneTensor(rows, pattern, '--slice');
  const ranges = readSlice(text, tensor.dimensions);
  const most = json ? MOST_IN_JSON : MOST_SHOWN;
  const size = sliceSize(ranges);
  if (size > most) {
    const message = `--slice ${text} has ${formatInteger(size)} numbers; up to ${formatInteger(most)} are shown`;
    throw new UsageError('slice-too-large', message, '--raw npy writes any number of them');
  }
  const stored = readableTensor(model.file, tensor);
  return { row: rows[0] as FoldedTensor, slice: await readSliceOf(stored, tensor, ranges, blocks) };
}

/** Throws UsageError where several match: `what` is what can be had of one alone. */
export function theOneTensor(rows: readonly FoldedTensor[], pattern: string, what: string): ModelTensor {
  const members = rows.flatMap((row) => row.members);
  const [first] = members;
  if (first !== undefined && members.length === 1) return first;
  const message = `${pattern} stands for ${formatCount(members.length, 'tensor')}, and ${what} is of one`;
  throw new UsageError('several-tensors', message, `name one, such as ${first?.name}`);
}
