/** Statistics of the numbers in chosen rows of tensors, and the exact numbers of a slice. */

import { exactValues } from '../formats/exact-values.js';
import { type ExplainedBlock, explainBlock } from '../formats/explain-block.js';
import type { BlockSource } from '../io/block-source.js';
import type { FoldedTensor } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { Unreadable } from '../words/unreadable.js';
import { allBlocks, portionsOf } from './read-blocks.js';
import { type RowNumbers, type RowNumbersOptions, rowReader } from './row-numbers.js';
import { type SliceRange, slicedBlocks } from './slice.js';
import { type ReadableData, readableTensors, type SortedData } from './tensor-data.js';
import type { ValueSummary } from './values/value-summary.js';

/** The result for a row of tensors. */
export interface ReadNumbers {
  /** By index of the tensor in its row. */
  statistics: ReadonlyMap<number, ValueSummary>;
  left: ReadonlyMap<number, Unreadable>;
  /** Bytes of data read. */
  bytes: number;
  /** For all its tensors together; null, like the following, if nothing could be read. */
  all: RowNumbers['all'];
  histogram: RowNumbers['histogram'];
  first: { tensor: string; values: readonly (number | bigint)[] } | null;
  block: OpenedBlock | null;
}

/** An explained block, with its position in the file. */
export interface OpenedBlock extends ExplainedBlock {
  tensor: string;
  offset: number;
  bytes: Uint8Array;
}

export interface ReadSlice {
  tensor: string;
  /** In ggml's order: the first dimension is the contiguous one. */
  ranges: readonly SliceRange[];
  /** In file order. */
  values: readonly (number | bigint)[];
}

/** Number of values shown from the start of a tensor. */
const FIRST = 8;

/** Bytes of the rows' data, as far as known. */
export function bytesOfRows(rows: readonly FoldedTensor[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes to read for the rows: each tensor is read twice. */
export function bytesToRead(rows: readonly FoldedTensor[]): number {
  return 2 * bytesOfRows(rows);
}

/** Reads one row after the other, each on request. Throws errors of the source. */
export async function* lookAtRows(
  model: Model,
  rows: readonly FoldedTensor[],
  source: BlockSource,
  options: RowNumbersOptions,
): AsyncGenerator<ReadNumbers, void, void> {
  const read = rowReader(source, options);
  for (const { members } of rows) {
    const { readable, left } = readableTensors({ ...model.file, tensors: members });
    const numbers = await read(readable);
    const first = readable.find((_, at) => numbers.each[at]);
    const start = first && (await openStart(first, members[first.index] as ModelTensor, source));
    yield { ...numbersOf(readable, left, numbers), ...(start ?? { first: null, block: null }) };
  }
}

function numbersOf(
  tensors: SortedData['readable'],
  left: SortedData['left'],
  { each, all, histogram }: RowNumbers,
): Omit<ReadNumbers, 'first' | 'block'> {
  const statistics = new Map<number, ValueSummary>();
  const missing = new Map<number, Unreadable>(left);
  let bytes = 0;
  for (const [i, { index, bytes: own }] of tensors.entries()) {
    const found = each[i];
    if (found) {
      statistics.set(index, found);
      bytes += own;
    } else missing.set(index, 'data-missing');
  }
  return { statistics, left: missing, bytes, all, histogram };
}

/** The first numbers of a tensor, and its first block explained. */
async function openStart(
  stored: ReadableData,
  tensor: ModelTensor,
  source: BlockSource,
): Promise<Pick<ReadNumbers, 'first' | 'block'>> {
  const { type, littleEndian } = stored;
  const blocks = Math.min(Math.ceil(FIRST / type.blockElements), allBlocks(stored).blocks);
  for await (const bytes of portionsOf(stored, source, { first: 0, blocks })) {
    const values = exactValues(type, bytes, littleEndian) ?? [];
    const explained = explainBlock(type, bytes, littleEndian);
    const offset = tensor.shard?.offset ?? tensor.fileOffset;
    const block: OpenedBlock | null =
      explained === undefined
        ? null
        : { tensor: tensor.name, offset, bytes: bytes.subarray(0, type.blockBytes), ...explained };
    return { first: { tensor: tensor.name, values: values.slice(0, FIRST) }, block };
  }
  return { first: null, block: null };
}

/** The exact numbers of a slice. */
export async function readSliceOf(
  stored: ReadableData | null,
  { name, dimensions }: Pick<ModelTensor, 'name' | 'dimensions'>,
  ranges: readonly SliceRange[],
  source: BlockSource,
): Promise<ReadSlice> {
  const values: (number | bigint)[] = [];
  if (stored !== null) {
    const { type, littleEndian } = stored;
    for await (const { bytes, from, to } of slicedBlocks(stored, dimensions, ranges, source)) {
      for (const value of (exactValues(type, bytes, littleEndian) ?? []).slice(from, to)) values.push(value);
    }
  }
  return { tensor: name, ranges, values };
}
